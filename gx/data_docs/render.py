"""Templates to HTML: everything escaped, nothing fetched, and a policy that lets no other script run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gx.data_docs.text import show, slug

TEMPLATES = Path(__file__).resolve().parent / "templates"


def render(template: str, **values: Any) -> str:
    """The page as HTML; ``values`` are data and never become markup."""
    return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    """Jinja with escaping on, undefined names as errors, and every value made showable."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=show,
        bytecode_cache=_compiled(),
        auto_reload=False,
    )
    style, script = _asset("style.css"), _asset("script.js")
    made.globals |= {"style": Markup(style), "script": Markup(script), "policy": _policy(style, script)}
    made.filters["slug"] = slug
    return made


def _compiled() -> FileSystemBytecodeCache | None:
    """Compiled templates in the user's own temporary folder: compiling them takes longer than adding a run.

    Jinja uses the folder only when nobody else can write to it.
    """
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


def _asset(name: str) -> str:
    """One of our own files, as it stands inside ``<style>`` or ``<script>``."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Only our own style and script count, by their hashes: markup that slipped in would still do nothing."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
