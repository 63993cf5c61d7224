"""What an alert says: what is wrong since when, why, what to do, and what it broke downstream. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

from gx.alerts.blocks import Block, facts, footer, header, listing, literal, prose
from gx.alerts.causes import Broken, Cause, dates_in_words
from gx.alerts.cells import Cell
from gx.alerts.look import Fate
from gx.alerts.news import Item, Kind
from gx.alerts.settings import AlertSettings
from gx.contracts.wording import plural
from gx.data_docs.text import slug
from gx.data_docs.view.heat import rule_anchor
from gx.judging.result import RuleResult, RunResult, Verdict, is_quiet

_FALLBACK_LIMIT = 300
_MOST_LISTED = 50


@dataclass(frozen=True)
class Message:
    """One message: ``text`` is what a notification shows, ``blocks`` the message itself."""

    title: str
    severity: str
    text: str
    blocks: Sequence[Block]


def message_of(item: Item, run: RunResult, settings: AlertSettings) -> Message:
    """The message of something that is news."""
    if item.cause:
        return _message(item, _word(item, item.cause), _cause_blocks(item, item.cause, run, settings))
    word = "Healed" if item.kind is Kind.HEALED else "Left the window"
    return _message(item, word, [prose(_over(item)), footer([f"Checkpoint {run.checkpoint}"], _links(run, settings))])


def rest_message(items: Sequence[Item], severity: str, run: RunResult, settings: AlertSettings) -> Message:
    """One message for the causes of a severity that are too many for messages of their own."""
    title = f"{len(items):,} more in {run.checkpoint}"
    lines = [f"{item.kind.value}: {item.title}" for item in items]
    groups = [listing("Not told one by one", group) for group in batched(lines[:_MOST_LISTED], 10, strict=False)]
    beyond = [prose(f"and {len(lines) - _MOST_LISTED:,} more")] if len(lines) > _MOST_LISTED else []
    blocks = [header(title), *groups, *beyond, footer([run.run_id], _links(run, settings))]
    return Message(title, severity, literal(title, _FALLBACK_LIMIT), blocks)


def sample_message(severity: str, settings: AlertSettings) -> Message:
    """A message that says nothing is wrong, to see whether it arrives."""
    text = f"Test of the alerts of severity {severity}. Nothing is wrong; nobody need do anything."
    links = [("Data Docs", settings.docs_url)] if settings.docs_url else []
    blocks = [header("Test of the data contracts' alerts"), prose(text), footer(["contracts notify --test"], links)]
    return Message(f"test of {severity}", severity, text, blocks)


def _message(item: Item, word: str, blocks: Sequence[Block]) -> Message:
    headline = f"{word}: {item.title}"
    return Message(item.title, item.severity, literal(headline, _FALLBACK_LIMIT), [header(headline), *blocks])


def _word(item: Item, cause: Cause) -> str:
    if item.kind is Kind.CHANGED:
        return "Changed"
    if cause.error:
        return "Not evaluated"
    return "Warning" if cause.severity == "warning" else "Broken"


def _cause_blocks(item: Item, cause: Cause, run: RunResult, settings: AlertSettings) -> list[Block]:
    lead = cause.rules[0]
    blocks = [
        facts(
            [
                ("Table", cause.table or "several"),
                ("Game dates", "not evaluated" if cause.error else dates_in_words(cause.days).removeprefix("on ")),
                ("Rule", lead.rule if len(cause.rules) == 1 else f"{lead.rule} and {len(cause.rules) - 1} more"),
                ("Incident", ", ".join(sorted({rule.incident for rule in cause.rules if rule.incident}))),
            ]
        )
    ]
    if item.kind is Kind.CHANGED:
        blocks.append(listing("What is new", _by_rule(list(item.fresh))))
    blocks += _error_blocks(cause) if cause.error else _hole_blocks(cause, lead)
    if cause.downstream:
        broken = plural(len(cause.downstream), "table")
        blocks.append(listing(f"Broken downstream: {broken}", [_broken_line(each) for each in cause.downstream]))
    window = f"{run.checkpoint}, {run.start} to {run.end}"
    blocks.append(footer([f"Owner: {lead.owner}" if lead.owner else "", window], _links(run, settings, lead)))
    return blocks


def _hole_blocks(cause: Cause, lead: RuleResult) -> list[Block]:
    blocks = [listing("What is wrong", _details(lead))]
    said = [("", lead.words), ("Why: ", lead.why), ("Do: ", lead.remedy)]
    text = "\n".join(f"{label}{words}" for label, words in said if words)
    if text:
        blocks.append(prose(text))
    others = [
        cell for cell in cause.cells if (cell.table, cell.rule) in {(cause.table, r.rule) for r in cause.rules[1:]}
    ]
    return [*blocks, listing("Also on this table", _by_rule(others, named=False))] if others else blocks


def _error_blocks(cause: Cause) -> list[Block]:
    tables: dict[str, int] = {}
    for rule in cause.rules:
        tables[rule.table] = tables.get(rule.table, 0) + 1
    lines = [f"{table}: {plural(number, 'rule')}" for table, number in sorted(tables.items())]
    told = prose("Nothing is known of these rules: not evaluated is never a pass. Read the error, then run again.")
    return [listing("The error", [cause.error], 1), listing("Not evaluated", lines), told]


def _details(rule: RuleResult) -> list[str]:
    loud = [part for part in rule.partitions if not is_quiet(part.verdict)]
    lines = []
    for part in loud:
        named = f"{part.classification}: " if part.classification else ""
        lines.append(f"{part.partition or 'table'}: {named}{part.detail or part.verdict.value}")
    return lines or [rule.observed or rule.verdict.value]


def _broken_line(broken: Broken) -> str:
    dates = f" on {plural(len(broken.days), 'game date')}" if broken.days else ""
    return f"{broken.table}: {plural(len(broken.rules), 'rule')}{dates}: {', '.join(broken.rules)}"


def _by_rule(cells: Sequence[Cell], named: bool = True) -> list[str]:
    rules: dict[str, list[Cell]] = {}
    for cell in cells:
        rules.setdefault(f"{cell.table}.{cell.rule}" if named else cell.rule, []).append(cell)
    return [f"{name} {dates_in_words(sorted(c.day for c in mine if c.day))}" for name, mine in rules.items()]


def _over(item: Item) -> str:
    """What became of a cause, in sentences."""
    told = item.before[0]
    since = f"It was broken since the run {told.since_run} of {told.since}, in {plural(told.runs, 'run')}."
    left = {cell.day for cell, said in item.fates.items() if said is Fate.LEFT and cell.day}
    if item.kind is Kind.LEFT:
        return (
            f"{item.title}: its dates have left the window of this checkpoint, and nobody has seen it heal. {since} "
            "A checkpoint over the season still looks at them."
        )
    verb = "evaluated again" if set(told.cells.values()) == {Verdict.ERROR} else "as its contract says again"
    unseen = f" {plural(len(left), 'game date')} left the window before anybody saw it heal." if left else ""
    return f"Healed: {item.title} is {verb}. {since}{unseen}"


def _links(run: RunResult, settings: AlertSettings, rule: RuleResult | None = None) -> list[tuple[str, str]]:
    found = []
    if settings.docs_url:
        page = f"{settings.docs_url}/runs/{slug(run.run_id)}.html"
        found.append(("Data Docs", f"{page}#{rule_anchor(rule.table, rule.rule)}" if rule else page))
    if settings.run_url:
        found.append(("Run", settings.run_url))
    return found
