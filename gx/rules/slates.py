"""The season's slates: every game date has rows, and past games are decided (rules 10 and 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from gx.contracts.model import Contract, Model, Rule, Scope
from gx.judging.result import PartitionResult, Verdict
from gx.rules.family import Evidence, Family
from gx.rules.reference import long_ago


class SlateArguments(Model):
    """``cleared_after_days``: rows of older dates may have been cleared on purpose, so their absence is no miss."""

    cleared_after_days: Annotated[int, Field(ge=1)] | None = None


class NoArguments(Model):
    """The rule needs to be told nothing."""


class EverySlatePresent(Family):
    """Each game date has rows, from opening night on, in every season, not only recent ones (I-37, I-51, trap T12)."""

    name = "expect_every_slate_to_be_present"
    Kwargs = SlateArguments
    completeness = True
    needs_slate = True
    needs_rows = True

    def words(self, rule: Rule, contract: Contract) -> str:
        games = "scheduled games that is due" if rule.scope is Scope.UPCOMING else "Final games"
        return f"Each date with {games} has rows in {contract.table}."

    def threshold(self, rule: Rule) -> str:
        return "every game date"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        cleared = rule.arguments.cleared_after_days
        upcoming = rule.scope is Scope.UPCOMING
        results = []
        for day, slate in sorted(evidence.slate.items()):
            games = slate.scheduled if upcoming else slate.final
            if games == 0:
                continue
            found = evidence.row_counts.get(day, 0)
            if found:
                results.append(PartitionResult(day, Verdict.PASS))
            elif long_ago(day, evidence.as_of.date(), cleared):
                detail = f"no rows, which is allowed after {cleared} days"
                results.append(PartitionResult(day, Verdict.EXEMPT, None, 0, None, None, detail))
            else:
                detail = f"no rows, though {games} games are {'scheduled' if upcoming else 'Final'}"
                results.append(PartitionResult(day, Verdict.FAIL, games, 0, 0.0, None, detail))
        return results


class PastGamesDecided(Family):
    """A past game is Final with both scores, or marked as postponed or cancelled: a stale schedule hides every miss."""

    name = "expect_past_games_to_be_decided"
    Kwargs = NoArguments
    completeness = True
    needs_slate = True

    def words(self, rule: Rule, contract: Contract) -> str:
        return "Each past game is Final with both scores, or marked Postponed or Canceled."

    def threshold(self, rule: Rule) -> str:
        return "no undecided game"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        results = []
        for day, slate in sorted(evidence.slate.items()):
            if slate.undecided == 0:
                results.append(PartitionResult(day, Verdict.PASS))
                continue
            detail = f"{slate.undecided} of {slate.scheduled} games are neither Final with both scores nor called off"
            share = slate.final / slate.scheduled if slate.scheduled else None
            results.append(PartitionResult(day, Verdict.FAIL, slate.scheduled, slate.final, share, None, detail))
        return results
