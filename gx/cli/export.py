"""``contracts export``: files generated from the models, for editors and for reading contracts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def export() -> None:
    """Write files that are generated from the models."""


@app.command("json-schema")
def json_schema(
    output: Annotated[
        Path | None, typer.Option("--output", help="The folder to write into.", show_default="the project")
    ] = None,
) -> None:
    """Write the JSON Schemas: contract, calendar, waivers, checkpoint (for editors), and the result of a run.

    Exit codes: 0 written.
    """
    from gx.contracts.json_schema import schemas
    from gx.paths import project_paths
    from gx.reporting.schema import published_schema
    from gx.rules.registry import families

    root = output or project_paths().root
    for name, text in {**schemas(families()), **published_schema()}.items():
        _write(root / name, text)
        print(f"wrote {name}")


@app.command("core-expectations", hidden=True)
def core_expectations() -> None:
    """Rewrite the list of Great Expectations' own expectations, after a change of its version."""
    from gx.contracts.core import CORE_LIST

    _write(CORE_LIST, core_list_text())
    print(f"wrote {CORE_LIST.name}")


def core_list_text() -> str:
    """The list as text: each core expectation's arguments, true for those it requires."""
    from gx.expectations.importing import import_great_expectations

    import_great_expectations()
    from great_expectations.expectations import core
    from great_expectations.expectations.expectation import Expectation

    frame = {*Expectation.__fields__, "batch_id", "library_metadata"}
    found = {
        item.expectation_type: {key: bool(field.required) for key, field in item.__fields__.items() if key not in frame}
        for item in vars(core).values()
        if isinstance(item, type) and issubclass(item, Expectation)
    }
    chosen = {name: arguments for name, arguments in sorted(found.items()) if name.startswith("expect_")}
    return json.dumps(chosen, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    """Write aside, then rename: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
