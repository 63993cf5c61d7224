"""One contract file: YAML nodes to a contract, with every problem of the file at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gx.contracts.entry import read_entry
from gx.contracts.expand import expand
from gx.contracts.families import Families
from gx.contracts.model import Column, Contract, ContractHeader, Location, Problem, Rule, Scope
from gx.contracts.nodes import Node
from gx.contracts.source import Source
from gx.contracts.validation import problem_at, validate
from gx.contracts.wording import quoted, shown, unknown


@dataclass(frozen=True)
class ParsedContract:
    """What was read of a contract file.

    ``contract`` is there whenever it can be checked further, even when the file has problems (``sound`` is then
    False and it serves cross checks only). ``kwargs`` are the argument nodes of written rules, by the rule's location.
    """

    source: Source
    contract: Contract | None
    kwargs: dict[Location, Node]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether the file itself has no error."""
        return self.contract is not None and not any(not problem.warning for problem in self.problems)


def parse_contract(source: Source, table: str, families: Families | None) -> ParsedContract:
    """The contract in a source; ``table`` is the name its path gives it."""
    if source.root is None:
        return ParsedContract(source, None, {}, source.problems)
    node, name = source.root, source.name
    header, problems = validate(ContractHeader, node, name, also_known=("expectations",), without=("expectations",))
    written, kwargs, found = _entries(node, name, families)
    problems += found
    usable = header or _salvage(node, name, table)
    contract = None
    if usable:
        contract, found = _assemble(usable, written, node, name, families)
        problems += found
    if header:
        problems += _header_problems(header, node, name, table)
    reported = {problem.location for problem in source.problems}
    kept = [problem for problem in problems if problem.location not in reported]
    return ParsedContract(source, contract, kwargs, (*source.problems, *kept))


def _entries(
    node: Node, name: str, families: Families | None
) -> tuple[list[Rule], dict[Location, Node], list[Problem]]:
    listing = node.get("expectations")
    if listing is None or listing.value is None:
        return [], {}, []
    if not isinstance(listing.value, list):
        found = f"expectations: found {shown(listing.value)}; allowed: a list of rules"
        return [], {}, [problem_at(name, listing, found)]
    rules, kwargs, problems = [], {}, []
    for item in listing.items:
        rule, arguments, found_here = read_entry(item, name, families)
        problems += found_here
        if rule:
            rules.append(rule)
            if arguments:
                kwargs[rule.location] = arguments
    return rules, kwargs, problems


def _assemble(
    header: ContractHeader, written: list[Rule], node: Node, name: str, families: Families | None
) -> tuple[Contract, list[Problem]]:
    """The contract with its expanded rules first; a table without partitions is judged as it stands."""
    scope = Scope.HISTORICAL if header.partition else Scope.SNAPSHOT
    nodes = _column_nodes(node)
    rules: list[Rule] = []
    problems: list[Problem] = []
    for column in header.columns:
        if column.name in nodes:
            made, found = expand(column, nodes[column.name], name, scope, families, header.partition)
            rules += made
            problems += found
    rules += [replace(rule, scope=scope) if rule.scope is Scope.HISTORICAL else rule for rule in written]
    problems += _duplicate_rules(rules, node, name)
    problems += _unreachable(header, rules)
    return Contract(header, tuple(rules), Location(name, *node.place)), problems


def _column_nodes(node: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for item in node.listed("columns"):
        if column_name := item.get("name"):
            found.setdefault(str(column_name.value), item)
    return found


def _duplicate_rules(rules: list[Rule], node: Node, name: str) -> list[Problem]:
    first: dict[str, Rule] = {}
    problems = []
    for rule in rules:
        earlier = first.setdefault(rule.name, rule)
        if earlier is not rule:
            message = f"duplicate rule {rule.name!r}; line {earlier.location.line} makes it already"
            problems.append(Problem(rule.location, message))
    return problems


def _unreachable(header: ContractHeader, rules: list[Rule]) -> list[Problem]:
    """A rule about game dates needs a partition column to find them by (trap T1: not every table has one)."""
    if header.partition:
        return []
    return [
        Problem(rule.location, f"rule {rule.name!r}: scope {rule.scope} needs partitions; allowed here: snapshot")
        for rule in rules
        if rule.scope is not Scope.SNAPSHOT
    ]


def _header_problems(header: ContractHeader, node: Node, name: str, table: str) -> list[Problem]:
    problems = _duplicate_columns(node, name)
    if header.table != table:
        message = f"table: found {quoted(header.table)}; allowed here: {table!r}, as the file's path says"
        problems.append(problem_at(name, node.mapping["table"], message))
    known = [column.name for column in header.columns]
    for key in ("grain", "clustering"):
        problems += [
            problem_at(name, item, f"{key}: {unknown('column', str(item.value), known)}")
            for item in node.listed(key)
            if item.value not in known
        ]
    return problems + _partition_problems(header, node, name, known)


def _partition_problems(header: ContractHeader, node: Node, name: str, known: list[str]) -> list[Problem]:
    written = node.mapping["partition"]
    if header.partition is None:
        if not header.require_partition_filter:
            return []
        return [problem_at(name, written, "partition: nothing to filter on; leave out require_partition_filter")]
    column = next((column for column in header.columns if column.name == header.partition), None)
    if column is None:
        return [problem_at(name, written, f"partition: {unknown('column', header.partition, known)}")]
    if column.type not in ("DATE", "TIMESTAMP"):
        return [
            problem_at(name, written, f"partition: column {column.name!r} is {column.type}; allowed: DATE, TIMESTAMP")
        ]
    return []


def _duplicate_columns(node: Node, name: str) -> list[Problem]:
    """BigQuery does not tell upper from lower case in column names."""
    first: dict[str, Node] = {}
    problems = []
    for item in node.listed("columns"):
        name_node = item.mapping["name"]
        earlier = first.setdefault(str(name_node.value).lower(), name_node)
        if earlier is not name_node:
            message = f"duplicate column {quoted(str(name_node.value))}; line {earlier.place[0]} has it already"
            problems.append(problem_at(name, name_node, message))
    return problems


def _salvage(node: Node, name: str, table: str) -> ContractHeader | None:
    """A stand-in header with the columns that can be read, so that a broken header hides no problem of the rules."""
    columns = [column for item in node.listed("columns") if (column := _salvage_column(item, name))]
    if not columns:
        return None
    written = node.get("partition")
    first = columns[0].name
    return ContractHeader.model_construct(
        table=table,
        title="",
        description="",
        owner="",
        processor="",
        phase="ops",
        partition=None if written and written.value is None else first,
        grain=(first,),
        columns=tuple(columns),
    )


def _salvage_column(item: Node, name: str) -> Column | None:
    """The column, or one without a type when only its name can be read."""
    column, _ = validate(Column, item, name)
    written = item.get("name")
    if column or written is None or not isinstance(written.value, str):
        return column
    return Column.model_construct(name=written.value, type="")
