"""A run's verdict and its cause in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gx.contracts.wording import plural
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import Short, listed
from gx.data_docs.view.finding import ordered, where
from gx.data_docs.view.heat import game_dates
from gx.data_docs.view.marks import phase_rank, rule_order
from gx.judging.result import RuleResult, TableResult, Verdict, is_quiet

_NAMED = 2
"""Tables that a headline names."""

Found = Sequence[tuple[RuleResult, TableResult]]


@dataclass(frozen=True)
class Verdicts:
    """``headline`` says what is the matter, ``cause`` the most upstream reason, ``also`` what else is affected."""

    headline: str
    cause: str
    table: str = ""
    rule: str = ""
    also: str = ""


def verdict_of(run: StoredRun) -> Verdicts:
    """The sentences of a run."""
    loud = [] if is_quiet(run.verdict) else ordered(run, lambda verdict: verdict is run.verdict)
    if not run.tables:
        return Verdicts("Nothing was checked", "The run has no tables, so it says nothing about the data.")
    if run.verdict is Verdict.FAIL:
        return _cause(run, loud, f"{_tables(loud)} broken{_on_dates(loud)}")
    if run.verdict is Verdict.ERROR:
        return _cause(run, loud, f"{plural(len(loud), 'rule')} could not be evaluated" if loud else "Not evaluated")
    if run.verdict is Verdict.WARN:
        return _cause(run, loud, f"{_tables(loud)} suspicious{_on_dates(loud)}")
    return Verdicts(_quiet_headline(run), _quiet_cause(run))


def _cause(run: StoredRun, loud: Found, headline: str) -> Verdicts:
    if not loud:
        return Verdicts(headline, " ".join(run.notes) or "No single rule says why.")
    rule, table = min(loud, key=lambda pair: (phase_rank(pair[1].phase), rule_order(pair[0]), pair[1].table))
    titles = list(dict.fromkeys(other.title for _, other in loud))
    others = [title for title in titles if title != table.title] if len(titles) > _NAMED else []
    said = where(rule) or rule.words
    return Verdicts(
        headline=headline,
        cause=Short(f"{said}. {rule.words or rule.rule}"),
        table=table.title,
        rule=rule.rule,
        also=f"Also affected: {listed(others, 6)}." if others else "",
    )


def _tables(loud: Found) -> str:
    """Few tables are named, many are counted; the most upstream comes first."""
    along = sorted({(phase_rank(table.phase), table.title) for _, table in loud})
    named = listed([title for _, title in along]) if len(along) <= _NAMED else plural(len(along), "table")
    return f"{named} {'is' if len(along) == 1 else 'are'}"


def _on_dates(loud: Found) -> str:
    told = [each for rule, _ in loud for each in rule.partitions if each.verdict is rule.verdict]
    days = sorted({each.partition for each in told if each.partition})
    if not days:
        return ""
    if len(days) <= 3:
        return f" on {listed([day.isoformat() for day in days])}"
    return f" on {len(days):,} game dates, {days[0].isoformat()} to {days[-1].isoformat()}"


def _quiet_headline(run: StoredRun) -> str:
    rules = plural(len(run.rules), "rule")
    if run.verdict is Verdict.WAIVED:
        return "Nothing new is broken"
    return "Nothing was due" if run.verdict is Verdict.EXEMPT else f"All {rules} hold"


def _quiet_cause(run: StoredRun) -> str:
    dates = len(game_dates(run))
    looked = f"{plural(len(run.rules), 'rule')} of {plural(len(run.tables), 'table')}"
    looked += f" on {plural(dates, 'game date')}" if dates else ""
    waived = sum(1 for rule in run.rules if rule.verdict is Verdict.WAIVED)
    if waived:
        return f"{looked} were checked; {plural(waived, 'rule')} would be broken without a waiver."
    return f"{looked} were checked and nobody needs to look."
