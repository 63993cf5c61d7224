"""What an overview is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gx.contracts.model import Contract
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench
from gx.judging.result import RuleResult


@dataclass(frozen=True)
class Findings:
    """All that an overview may look at: measurements, what the judge knew, and his results by table and rule."""

    room: EvidenceRoom
    bench: Bench
    results: Mapping[tuple[str, str], RuleResult]
    contracts: Mapping[str, Contract]
