"""A rule's history strip: a mark a run, oldest first, neighbours of one verdict drawn together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from gx.contracts.wording import plural
from gx.judging.result import Verdict
from gx.reporting.history_strip import MARKS

_VERDICTS = {letter: verdict for verdict, letter in MARKS.items()}
_SHOWN = {Verdict.PASS: "✓", Verdict.EXEMPT: "–"}


@dataclass(frozen=True)
class Strip:
    """Pieces (verdict, marks) and the same in words."""

    pieces: Sequence[tuple[str, str]]
    words: str


@lru_cache(maxsize=4_000)
def strip_of(letters: str) -> Strip:
    """The strip of a string of letters, a run each; a space is a run that did not judge the rule."""
    pieces = []
    for letter, run in groupby(letters):
        verdict = _VERDICTS.get(letter)
        count = len(list(run))
        mark = " " if verdict is None else _SHOWN.get(verdict, MARKS[verdict])
        pieces.append((verdict.value if verdict else "none", (mark if verdict else "·") * count))
    told = [
        f"{plural(letters.count(letter), 'run')} {verdict.value}"
        for letter, verdict in _VERDICTS.items()
        if letter in letters
    ]
    return Strip(pieces, ", ".join(told) or "not judged yet")
