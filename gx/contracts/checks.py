"""Cross checks of waivers, checkpoints and the calendar: names that must exist, dates that must be in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from gx.contracts.calendar_file import CalendarFile, Season
from gx.contracts.model import CheckpointDefinition, Location, Problem, Waiver
from gx.contracts.nodes import Node
from gx.contracts.validation import problem_at
from gx.contracts.wording import quoted, unknown

RuleNames = Mapping[str, frozenset[str] | None]
"""The rule names of each table; None when its file is broken, so that one mistake is not told twice."""

BROADEST_WAIVER = timedelta(days=400)
"""A waiver over a longer range is told by lint: a season and its summer fit."""


def waiver_problems(
    waiver: Waiver, node: Node, name: str, rules: RuleNames, today: date, calendar: CalendarFile | None
) -> Iterator[Problem]:
    """What is wrong with one waiver; expired, dead and very broad ones are warnings."""
    yield from _waiver_target(waiver, node, name, rules)
    yield from _waiver_dates(waiver, node, name)
    title = f"the waiver of {waiver.table}.{waiver.rule}"
    if waiver.expired(today):
        message = f"{title} expired on {waiver.expires} and covers nothing"
        yield problem_at(name, node.mapping["expires"], message, warning=True)
    if calendar and not any(_touches(waiver, season) for season in calendar.seasons):
        yield problem_at(name, node, f"{title} is dead: its dates lie in no season, so it covers nothing", warning=True)
    if is_broad(waiver):
        message = f"{title} covers more than {BROADEST_WAIVER.days} days; name dates or an end"
        yield problem_at(name, node, message, warning=True)


def _waiver_target(waiver: Waiver, node: Node, name: str, rules: RuleNames) -> Iterator[Problem]:
    if waiver.table not in rules:
        yield problem_at(name, node.mapping["table"], unknown("table", waiver.table, rules))
        return
    names = rules[waiver.table]
    if names is not None and waiver.rule != "*" and waiver.rule not in names:
        known = ["*", *sorted(names)]
        yield problem_at(name, node.mapping["rule"], unknown(f"rule of {waiver.table}", waiver.rule, known))


def _waiver_dates(waiver: Waiver, node: Node, name: str) -> Iterator[Problem]:
    if waiver.dates and (waiver.start or waiver.end):
        yield problem_at(name, node.mapping["dates"], "dates and start/end together; allowed: one of them")
    if waiver.start and waiver.end and waiver.start > waiver.end:
        yield problem_at(name, node.mapping["start"], f"start: {waiver.start} is after end, {waiver.end}")
    if isinstance(waiver.expires, date) and waiver.expires < waiver.since:
        yield problem_at(name, node.mapping["expires"], f"expires: {waiver.expires} is before since, {waiver.since}")


def _touches(waiver: Waiver, season: Season) -> bool:
    first, last = season.first_game, season.playoffs_end
    if waiver.dates:
        return any(first <= day <= last for day in waiver.dates)
    return (waiver.start is None or waiver.start <= last) and (waiver.end is None or first <= waiver.end)


def is_broad(waiver: Waiver) -> bool:
    """Whether a waiver covers more than a person can have looked at."""
    if waiver.dates:
        return False
    last = waiver.end or (waiver.expires if isinstance(waiver.expires, date) else None)
    return waiver.start is None or last is None or last - waiver.start > BROADEST_WAIVER


def checkpoint_problems(
    checkpoint: CheckpointDefinition, node: Node, name: str, stem: str, rules: RuleNames, families: Collection[str] = ()
) -> Iterator[Problem]:
    """What is wrong with a checkpoint file: its name, its window, tables and rules that do not exist.

    ``families`` are the names of the expectations that a gate's lists may hold beside rules.
    """
    if checkpoint.checkpoint != stem:
        message = f"checkpoint: found {quoted(checkpoint.checkpoint)}; allowed here: {stem!r}, as the file's name says"
        yield problem_at(name, node.mapping["checkpoint"], message)
    if checkpoint.window.last is not None and checkpoint.window.season is not None:
        yield problem_at(name, node.mapping["window"], "window: last and season together; allowed: one of them")
    for item in node.listed("tables"):
        if item.value not in rules:
            yield problem_at(name, item, unknown("table", str(item.value), rules))
    yield from _unknown_rules(checkpoint, node, name, rules)
    if gate := node.get("gate"):
        yield from _gate_problems(gate, name, rules, families)


def _gate_problems(gate: Node, name: str, rules: RuleNames, families: Collection[str]) -> Iterator[Problem]:
    """Names in a gate's lists that are neither a rule's nor an expectation's, and tables without a contract."""
    known = {rule for found in rules.values() if found for rule in found} | set(families)
    for key in ("target", "left_out", "upstream", "reference", "operations"):
        for item in gate.listed(key) if families and None not in rules.values() else ():
            if item.value not in known:
                yield problem_at(name, item, unknown("rule or expectation", str(item.value), sorted(known)))
    for item in gate.listed("optional"):
        if item.value not in rules:
            yield problem_at(name, item, unknown("table", str(item.value), rules))


def _unknown_rules(checkpoint: CheckpointDefinition, node: Node, name: str, rules: RuleNames) -> Iterator[Problem]:
    tables = rules if checkpoint.tables == "all" else checkpoint.tables
    selected = [rules.get(table) for table in tables]
    names = {rule for found in selected if found for rule in found}
    if None in selected:
        return
    for item in node.listed("rules"):
        if item.value not in names:
            yield problem_at(name, item, unknown("rule of these tables", str(item.value), sorted(names)))


def calendar_problems(calendar: CalendarFile, node: Node, name: str) -> Iterator[Problem]:
    """What is wrong with the calendar: dates out of order, breaks outside seasons, seasons nobody knows."""
    yield from _zone_problems(calendar, node, name)
    yield from _season_problems(calendar, node, name)
    spans = [(season.first_game, season.playoffs_end) for season in calendar.seasons]
    for pause, item in zip(calendar.breaks, node.listed("breaks"), strict=True):
        if pause.start > pause.end:
            yield problem_at(name, item.mapping["start"], f"start: {pause.start} is after end, {pause.end}")
        elif not any(first <= pause.start and pause.end <= last for first, last in spans):
            message = f"break {pause.name!r}, {pause.start} to {pause.end}, lies in no season"
            yield problem_at(name, item.mapping["name"], message)
    for halt, item in zip(calendar.halts, node.listed("halts"), strict=True):
        if halt.end and halt.start > halt.end:
            yield problem_at(name, item.mapping["start"], f"start: {halt.start} is after end, {halt.end}")
    yield from _timing_problems(calendar, node, name)


def _zone_problems(calendar: CalendarFile, node: Node, name: str) -> Iterator[Problem]:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(calendar.time_zone)
    except (ValueError, OSError, LookupError):
        found = f"time_zone: found {quoted(calendar.time_zone)}; allowed: a time zone's name, America/New_York"
        yield problem_at(name, node.mapping["time_zone"], found)


def _season_problems(calendar: CalendarFile, node: Node, name: str) -> Iterator[Problem]:
    previous = None
    for season, item in zip(calendar.seasons, node.listed("seasons"), strict=True):
        dates = (season.first_game, season.last_game, season.playoffs_end)
        if list(dates) != sorted(dates):
            message = f"first_game, last_game and playoffs_end are not in order: {', '.join(map(str, dates))}"
            yield problem_at(name, item.mapping["first_game"], f"season {season.season}: {message}")
        year = season.first_game.year
        label = f"{year}-{(year + 1) % 100:02d}"
        if season.season != label:
            message = f"season: found {season.season!r}; its first game makes it {label!r}"
            yield problem_at(name, item.mapping["season"], message)
        if previous and season.first_game <= previous.playoffs_end:
            message = f"season {season.season} starts before {previous.season} ends; allowed: seasons in order, apart"
            yield problem_at(name, item.mapping["first_game"], message)
        previous = season


def _timing_problems(calendar: CalendarFile, node: Node, name: str) -> Iterator[Problem]:
    known = [season.season for season in calendar.seasons]
    for table, timing in calendar.tables.items():
        first, last = timing.active_from, timing.active_until
        if first and last and first > last:
            place = node.mapping["tables"].mapping[table].mapping["active_from"]
            yield problem_at(name, place, f"active_from: {first} is after active_until, {last}")
        firsts = node.mapping["tables"].mapping[table].get("first_dates")
        for label in timing.first_dates:
            if label not in known and firsts:
                yield Problem(Location(name, *firsts.keys[label]), unknown("season", label, known))
