"""Where the site's pages and their JSON twins lie; a link made from these names survives every rebuild."""

from __future__ import annotations

from gx.data_docs.stored import StoredRun
from gx.data_docs.text import season, slug

SITE = "site.json"
INDEX = "index.json"
RUNS = "runs.json"
OPERATIONS = "operations.json"
FOLDERS = ("tables", "rules", "dates", "seasons", "runs", "months")
"""The site's folders of pages."""

WHOLE = ""
"""The key of what a rule says of its table as a whole, among the dates that it speaks of."""


def table_name(table: str) -> str:
    """A table's page without its suffix."""
    return f"tables/{slug(table)}"


def rule_name(table: str, rule: str) -> str:
    """The page of a rule that has been broken or waived at least once, without its suffix."""
    return f"rules/{slug(f'{table}.{rule}')}"


def date_name(day: str) -> str:
    """A game date's page, without its suffix."""
    return f"dates/{slug(day)}"


def season_name(name: str) -> str:
    """A season's page, without its suffix."""
    return f"seasons/{slug(name)}"


def run_name(run_id: str) -> str:
    """A run's permanent page, without its suffix."""
    return f"runs/{slug(run_id)}"


def month_name(started: str) -> str:
    """The page that lists a month's runs, without its suffix."""
    return f"months/{slug(started[:7] or 'unknown')}"


def last_name(group: str) -> str:
    """What is kept of a group's newest run, to compare the next one with; not a page."""
    return f".last/{slug(group)}.json"


def group_key(run: StoredRun) -> str:
    """Runs with the same key answer the same question, so the newest of them replaces the others."""
    return ".".join(filter(None, [run.checkpoint, season(run.end)]))
