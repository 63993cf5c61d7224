"""SQL templates that lie beside their code: Jinja2, strict about undefined names, values only as query parameters."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from gx.rules.identifiers import table_reference

_RULES = Path(__file__).parent / "sql"


@cache
def _environment(folder: Path) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # SQL, not HTML: identifiers are validated, values are parameters
        bytecode_cache=_bytecode(folder / "__pycache__"),
    )
    environment.filters["table"] = table_reference
    return environment


def _bytecode(folder: Path) -> Any:
    """Where compiled templates are kept, as Python keeps its own: compiling them takes longer than planning.

    A template that changed is compiled anew; where nothing may be written, all are compiled every time.
    """
    from jinja2 import FileSystemBytecodeCache

    class Kept(FileSystemBytecodeCache):
        def dump_bytecode(self, bucket: Any) -> None:
            if not sys.dont_write_bytecode:
                with suppress(OSError):
                    folder.mkdir(exist_ok=True)
                    super().dump_bytecode(bucket)

    return Kept(str(folder))


def render_from(folder: Path, template: str, **names: Any) -> str:
    """The text of a folder's template; a name it uses and was not given is an error."""
    text: str = _environment(folder).get_template(template).render(**names)
    return text.strip()


def render(template: str, **names: Any) -> str:
    """The text of a rule family's template."""
    return render_from(_RULES, template, **names)
