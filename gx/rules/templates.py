"""The SQL templates beside the rules: Jinja2, strict about undefined names, values only as query parameters."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from gx.rules.identifiers import table_reference


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "sql"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # SQL, not HTML: identifiers are validated, values are parameters
    )
    environment.filters["table"] = table_reference
    return environment


def render(template: str, **names: Any) -> str:
    """The text of a template; a name it uses and was not given is an error."""
    text: str = _environment().get_template(template).render(**names)
    return text.strip()
