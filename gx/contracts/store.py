"""Everything under ``expectations/`` and ``checkpoints/``: read once, checked as a whole, every problem kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gx.contracts.calendar_file import CalendarFile
from gx.contracts.checks import RuleNames, calendar_problems, checkpoint_problems, waiver_problems
from gx.contracts.entry import core_column_problems
from gx.contracts.families import Families
from gx.contracts.model import CheckpointDefinition, Contract, ContractSet, Location, Model, Problem, Rule, Waiver
from gx.contracts.nodes import Node
from gx.contracts.parse import ParsedContract, parse_contract
from gx.contracts.source import Source, read_source
from gx.contracts.validation import problem_at, validate
from gx.contracts.wording import quoted, unknown
from gx.garbage import collector_paused

CALENDAR = "expectations/_calendar.yaml"
WAIVERS = "expectations/_waivers.yaml"
_QUOTED = re.compile(r"'([^']+)'")
_SCHEMA_MARK = "# yaml-language-server: $schema="


class WaiverFile(Model):
    """The whole waivers file."""

    waivers: tuple[Waiver, ...] = ()


@dataclass
class _Reading:
    """What has been read so far."""

    root: Path
    families: Families | None
    today: date
    parsed: dict[str, ParsedContract] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def error(self, name: str, message: str) -> None:
        self.problems.append(Problem(Location(name), message))

    def source(self, name: str, schema: str) -> Source:
        """A file of the project; one that can be read but does not name its schema gets a warning."""
        source = read_source(self.root / name, name)
        wanted = _SCHEMA_MARK + schema
        if source.root is not None and source.first_line.strip() != wanted:
            found = f"first line: found {quoted(source.first_line)}; allowed: {wanted}"
            self.problems.append(Problem(Location(name), found, warning=True))
        return source


def load_contracts(root: Path, families: Families | None = None, today: date | None = None) -> ContractSet:
    """Read the project at ``root``: contracts, calendar, waivers, checkpoints, and every problem of them all.

    Without ``families`` the rules' arguments are left as written and unchecked: enough for the tables' schemas, not for
    a run. ``today`` decides which waivers have expired. ``contracts`` holds only those without an error; a caller that
    is about to act must refuse when ``errors`` is not empty.
    """
    # a tree that only grows holds no garbage, and looking for it costs a third of the time
    with collector_paused():
        return _load(_Reading(root, families, today or date.today()), families)


def _load(reading: _Reading, families: Families | None) -> ContractSet:
    _read_contracts(reading)
    known = {table: parsed.contract for table, parsed in reading.parsed.items() if parsed.contract}
    if families is not None:
        _check_rules(reading, known, families)
    calendar = _read_calendar(reading)
    names = {table: _rule_names(parsed) for table, parsed in reading.parsed.items()}
    waivers = _read_waivers(reading, names, calendar)
    checkpoints = _read_checkpoints(reading, names)
    broken = {problem.location.file for problem in reading.problems if not problem.warning}
    sound = {table: contract for table, contract in known.items() if contract.location.file not in broken}
    return ContractSet(sound, waivers, checkpoints, calendar, tuple(sorted(reading.problems)))


def _read_contracts(reading: _Reading) -> None:
    folder = reading.root / "expectations"
    if not folder.is_dir():
        reading.error("expectations", "no folder of that name; contracts lie in expectations/<dataset>/<table>.yaml")
        return
    for path in _yaml_files(reading, folder, depth=2):
        name = path.relative_to(reading.root).as_posix()
        parts = path.relative_to(folder).parts
        if name in (CALENDAR, WAIVERS):
            continue
        if len(parts) != 2 or path.suffix != ".yaml":
            allowed = "expectations/<dataset>/<table>.yaml, _calendar.yaml, _waivers.yaml"
            reading.error(name, f"not a place for a contract; allowed: {allowed}")
            continue
        table = f"{parts[0]}.{path.stem}"
        parsed = parse_contract(reading.source(name, "../contract.schema.json"), table, reading.families)
        reading.parsed[table] = parsed
        reading.problems += parsed.problems


def _yaml_files(reading: _Reading, folder: Path, depth: int) -> Iterator[Path]:
    """Everything named like YAML, sorted; hidden files are an editor's, deeper folders are told by the caller."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        reading.error(folder.relative_to(reading.root).as_posix(), f"cannot be read: {error.strerror}")
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.suffix in (".yaml", ".yml"):
            yield path
        elif depth > 0 and path.is_dir():
            yield from _yaml_files(reading, path, depth - 1)


def _rule_names(parsed: ParsedContract) -> frozenset[str] | None:
    return frozenset(rule.name for rule in parsed.contract.rules) if parsed.contract and parsed.sound else None


def _check_rules(reading: _Reading, known: Mapping[str, Contract], families: Families) -> None:
    for table, contract in known.items():
        reading.problems += _upstream_problems(reading.parsed[table], contract, known)
        kwargs = reading.parsed[table].kwargs
        for rule in contract.rules:
            reading.problems += _rule_problems(rule, kwargs.get(rule.location), contract, known, families)


def _rule_problems(
    rule: Rule, kwargs: Node | None, contract: Contract, known: Mapping[str, Contract], families: Families
) -> list[Problem]:
    family = families.get(rule.expectation)
    if family is None:
        return core_column_problems(rule, kwargs, contract) if kwargs else []
    if rule.arguments is None:
        return []
    if rule.scope not in family.scopes:
        allowed = ", ".join(sorted(family.scopes))
        return [Problem(rule.location, f"rule {rule.name!r}: scope {rule.scope} does not fit; allowed: {allowed}")]
    messages = family.check(rule, contract, known)
    return [Problem(_argument_place(rule, kwargs, text), f"rule {rule.name!r}: {text}") for text in messages]


def _upstream_problems(parsed: ParsedContract, contract: Contract, known: Mapping[str, Contract]) -> list[Problem]:
    """Upstream tables that nobody has a contract for: a warning, since not every table need have one."""
    written = {str(node.value): node for node in (parsed.source.root.listed("upstream") if parsed.source.root else ())}
    return [
        problem_at(contract.location.file, node, f"upstream: {unknown('table', name, known)}", warning=True)
        for name, node in written.items()
        if name not in known
    ]


def _argument_place(rule: Rule, kwargs: Node | None, message: str) -> Location:
    """The argument that a message names first (``key: ...``), or the value that it quotes first, else the rule."""
    if kwargs is None:
        return rule.location
    about = kwargs.get(message.partition(":")[0])
    named = _QUOTED.search(message)
    node = _value_node(about or kwargs, named.group(1)) if named else None
    found = node or about
    return Location(rule.location.file, *found.place) if found else rule.location


def _value_node(node: Node, text: str) -> Node | None:
    if node.value == text:
        return node
    inner = (_value_node(child, text) for child in [*node.mapping.values(), *node.items])
    return next((found for found in inner if found), None)


def _read_calendar(reading: _Reading) -> CalendarFile | None:
    if not (reading.root / CALENDAR).exists():
        reading.error(CALENDAR, "no such file; seasons, breaks and normal lags are judged by it")
        return None
    source = reading.source(CALENDAR, "./_calendar.schema.json")
    calendar = _model_of(reading, source, CalendarFile)
    if calendar and source.root:
        reading.problems += calendar_problems(calendar, source.root, source.name)
    return calendar


def _read_waivers(reading: _Reading, rules: RuleNames, calendar: CalendarFile | None) -> tuple[Waiver, ...]:
    if not (reading.root / WAIVERS).exists():
        return ()
    source = reading.source(WAIVERS, "./_waivers.schema.json")
    found = _model_of(reading, source, WaiverFile)
    if found is None or source.root is None:
        return ()
    for waiver, node in zip(found.waivers, source.root.listed("waivers"), strict=True):
        reading.problems += waiver_problems(waiver, node, source.name, rules, reading.today, calendar)
    return found.waivers


def _read_checkpoints(reading: _Reading, rules: RuleNames) -> dict[str, CheckpointDefinition]:
    folder = reading.root / "checkpoints"
    checkpoints: dict[str, CheckpointDefinition] = {}
    for path in _yaml_files(reading, folder, depth=1) if folder.is_dir() else ():
        name = path.relative_to(reading.root).as_posix()
        if path.suffix != ".yaml" or path.parent != folder:
            reading.error(name, "not a place for a checkpoint; allowed: checkpoints/<checkpoint>.yaml")
            continue
        source = reading.source(name, "./checkpoint.schema.json")
        definition = _model_of(reading, source, CheckpointDefinition)
        if definition and source.root:
            reading.problems += checkpoint_problems(
                definition, source.root, name, path.stem, rules, reading.families or ()
            )
            checkpoints[path.stem] = definition
    return checkpoints


def _model_of[M: Model](reading: _Reading, source: Source, model: type[M]) -> M | None:
    """The model of a file, or None; its problems, apart from those that the form of the file already explains."""
    reading.problems += source.problems
    if source.root is None:
        return None
    found, problems = validate(model, source.root, source.name)
    reported = {problem.location for problem in source.problems}
    reading.problems += [problem for problem in problems if problem.location not in reported]
    return found
