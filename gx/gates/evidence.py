"""Evidence of a gate: its answer as JSON and as one self-contained page, beside the backfill's checkpoint file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from gx.gates.document import gate_document
from gx.gates.grouping import grouped
from gx.gates.model import GateResult
from gx.gates.snapshot import processor_slug
from gx.gates.terminal import dates_list, headline, key_text
from gx.reporting.json_text import json_text


def write_evidence(gate: GateResult, folder: Path) -> list[Path]:
    """Write ``<processor>_<start>_<end>.gate.json`` and ``.html`` into that folder, made if need be; their paths.

    A reader meets the old files or the new ones, never half of one. Raises OSError when they cannot be written.
    """
    from gx.data_docs.write import write_files

    name = f"{processor_slug(gate.processor)}_{gate.start}_{gate.end}.gate"
    files = {f"{name}.json": json_text(gate_document(gate)) + "\n", f"{name}.html": evidence_page(gate)}
    write_files(folder, files)
    return [folder / file for file in files]


def evidence_page(gate: GateResult) -> str:
    """The page; every value is escaped, and nothing is fetched."""
    return str(_environment().get_template("gates.html.j2").render(gate=gate, groups=grouped(gate.days)))


@cache
def _environment() -> Any:
    """The Data Docs' environment (escaping, style, policy) with the gates' own template."""
    from jinja2 import FileSystemLoader

    from gx.data_docs.render import environment

    made = environment().overlay(loader=FileSystemLoader(Path(__file__).parent))
    made.filters = {**made.filters, "dates": dates_list, "headline": headline, "key": key_text}
    return made
