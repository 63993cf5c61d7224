"""SQL templates that lie beside their code: Jinja2, strict about undefined names, values only as query parameters."""

from __future__ import annotations

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
    )
    environment.filters["table"] = table_reference
    return environment


def render_from(folder: Path, template: str, **names: Any) -> str:
    """The text of a folder's template; a name it uses and was not given is an error."""
    text: str = _environment(folder).get_template(template).render(**names)
    return text.strip()


def render(template: str, **names: Any) -> str:
    """The text of a rule family's template."""
    return render_from(_RULES, template, **names)
