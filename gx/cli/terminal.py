"""Output for people: a rich table or progress bar on a terminal, plain aligned text in a pipe."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

Advance = Callable[[int, int, str], None]
"""Progress: steps done, steps in all, and what begins now."""


def on_terminal() -> bool:
    """Whether somebody sees standard output as it comes."""
    return sys.stdout.isatty()


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[int] = ()) -> None:
    """Print rows under headers; the columns whose places are in ``numbers`` are aligned to the right."""
    cells = [[one_line(value) for value in row] for row in rows]
    if on_terminal():
        _print_rich(headers, cells, numbers)
        return
    for line in plain_table(headers, cells, numbers):
        print(line)


def plain_table(headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> Iterator[str]:
    """The lines of an aligned table, two spaces between columns."""
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = [
            text.rjust(width) if place in numbers else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def one_line(value: object) -> str:
    """A value as text on one line: control characters, which could steer a terminal, are written as escapes."""
    text = "NULL" if value is None else str(value)
    return text if text.isprintable() else "".join(_visible(mark) for mark in text)


def _visible(mark: str) -> str:
    return mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii")


def _print_rich(headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, header in enumerate(headers):
        table.add_column(Text(header), justify="right" if place in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


@contextlib.contextmanager
def progress() -> Iterator[Advance]:
    """Show progress on standard error: a bar on a terminal, otherwise a line a step."""
    if not sys.stderr.isatty():
        yield lambda done, total, doing: print(f"[{done + 1}/{total}] {one_line(doing)}", file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, doing: bar.update(
            task, completed=done, total=total, description=escape(one_line(doing))
        )
