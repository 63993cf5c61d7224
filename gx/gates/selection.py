"""Which tables and rules a gate asks: the processor's tables, what they are made from, what they are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gx.checkpoints.request import nearest
from gx.contracts.model import Contract, GateDefinition, Rule, Scope, Severity
from gx.gates.model import About
from gx.planning.plan import SCHEDULE
from gx.rules.reference import FallbackComplete, ReferenceCoverage
from gx.rules.run_log import RecordsProcessedAgree, processors_of
from gx.rules.services import ServicesCurrent

Selection = Sequence[tuple[Contract, Sequence[Rule]]]
COVERAGE = (ReferenceCoverage.name, FallbackComplete.name)
"""The expectations that compare keys with a reference."""


class UnknownProcessor(ValueError):
    """No table under contract that has game dates is written by a processor of that name."""


@dataclass(frozen=True)
class GateSelection:
    """What a gate asks of which table.

    ``dated`` are the rules judged by game date, ``operations`` those about the state of things at as-of. ``about`` says
    what each table is to the processor. ``writers`` are all processors that write the targets, by their names in the
    run log. ``unserved`` tells that no service is declared to run the processor.
    """

    targets: tuple[Contract, ...]
    dated: Selection
    operations: Selection
    about: Mapping[str, About]
    writers: tuple[str, ...]
    unserved: bool = False


def processors(contracts: Mapping[str, Contract]) -> dict[str, list[Contract]]:
    """The processors that a gate can be asked for, each with the tables it writes by game date."""
    found: dict[str, list[Contract]] = {}
    for contract in contracts.values():
        if contract.partition and contract.header.phase != "ops":
            for name in writers_of(contract):
                found.setdefault(name, []).append(contract)
    return found


def writers_of(contract: Contract) -> tuple[str, ...]:
    """The processors that write a table: its header's, and those whose records it is compared with."""
    logged = [
        name
        for rule in contract.rules
        if rule.expectation == RecordsProcessedAgree.name
        for name in processors_of(rule, contract)
    ]
    return tuple(dict.fromkeys((contract.header.processor, *logged)))


def select_for(processor: str, gate: GateDefinition, contracts: Mapping[str, Contract]) -> GateSelection:
    """The tables and rules that the gate asks for a processor; raises UnknownProcessor with the nearest name."""
    known = processors(contracts)
    if processor not in known:
        hint = nearest(processor, known)
        raise UnknownProcessor(f"no processor {processor!r}; allowed: {', '.join(sorted(known))}{hint}")
    targets = known[processor]
    made_from = [name for target in targets for name in target.header.upstream] if gate.upstream else []
    upstream = _others(made_from, targets, contracts)
    reference = _others(_references([*targets, *upstream]), [*targets, *upstream], contracts)
    asked: list[tuple[About, Contract, Iterable[Rule]]] = [
        *(("target", contract, _target_rules(contract, gate)) for contract in targets),
        *(("upstream", contract, _named(contract, gate.upstream)) for contract in upstream),
        *(("reference", contract, _named(contract, gate.reference)) for contract in reference),
    ]
    chosen = [(about, contract, tuple(rules)) for about, contract, rules in asked]
    operations, served = _operations(processor, gate, contracts)
    return GateSelection(
        targets=tuple(targets),
        dated=[(contract, rules) for about, contract, rules in chosen if rules or about == "target"],
        operations=operations,
        about={contract.table: about for about, contract, _ in chosen},
        writers=tuple(dict.fromkeys(name for target in targets for name in writers_of(target))),
        unserved=bool(gate.operations) and not served,
    )


def _target_rules(contract: Contract, gate: GateDefinition) -> Iterable[Rule]:
    if gate.target != "critical":
        return _named(contract, gate.target)
    return [
        rule
        for rule in contract.rules
        if rule.scope is Scope.HISTORICAL
        and rule.severity is Severity.CRITICAL
        and not {rule.name, rule.expectation} & set(gate.left_out)
    ]


def _named(contract: Contract, names: Sequence[str], scope: Scope = Scope.HISTORICAL) -> list[Rule]:
    return [rule for rule in contract.rules if rule.scope is scope and {rule.name, rule.expectation} & set(names)]


def _others(names: Iterable[str], own: Sequence[Contract], contracts: Mapping[str, Contract]) -> list[Contract]:
    """The contracts of those tables, without the ones in ``own``."""
    already = {contract.table for contract in own}
    return [contracts[name] for name in dict.fromkeys(names) if name in contracts and name not in already]


def _references(contracts: Sequence[Contract]) -> list[str]:
    """What these tables' keys are compared with, and the schedule, on which every judgement is anchored."""
    compared = [
        rule.arguments.reference
        for contract in contracts
        for rule in contract.rules
        if rule.expectation in COVERAGE and rule.scope is Scope.HISTORICAL
    ]
    return [*compared, SCHEDULE]


def _operations(
    processor: str, gate: GateDefinition, contracts: Mapping[str, Contract]
) -> tuple[list[tuple[Contract, list[Rule]]], bool]:
    """The rules about operations, those about services narrowed to the ones that run the processor."""
    found, served = [], False
    for contract in contracts.values():
        rules = []
        for rule in _named(contract, gate.operations, Scope.SNAPSHOT) if contract.header.phase == "ops" else ():
            if rule.expectation != ServicesCurrent.name:
                rules.append(rule)
            elif own := _own_services(rule, processor):
                served = True
                rules.append(replace(rule, arguments=rule.arguments.model_copy(update={"services": own})))
        if rules:
            found.append((contract, rules))
    return found, served


def _own_services(rule: Rule, processor: str) -> dict[str, tuple[str, ...]]:
    """The services that run the processor; one may be called like the processor itself."""
    services: Mapping[str, tuple[str, ...]] = rule.arguments.services
    return {name: runs for name, runs in services.items() if processor in runs or name == processor}
