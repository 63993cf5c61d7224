"""Each known incident, replayed on the clean league: told by its rules on its dates, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest

from gx.checkpoints.replay import Replayer
from gx.judging.result import is_quiet
from gx.simulation.incidents import INCIDENTS, INVISIBLE, Incident
from tests.incidents.conftest import Clean

IN_ORDER = sorted(INCIDENTS.values(), key=lambda each: (each.season, str(each.as_of), each.id))
CUT = sorted({(i.season, i.as_of) for i in IN_ORDER if i.as_of}, key=str)
"""Leagues that are looked at in the middle of their season; whole ones are audited in test_daily."""
NUMBERED = 52
"""Incidents I-01 to I-52 of the pipeline's history."""


def test_every_incident_of_the_history_is_in_the_catalogue_or_listed_as_invisible_with_a_reason() -> None:
    hidden = {each.id: each.reason for each in INVISIBLE}
    assert sorted({*INCIDENTS, *hidden}) == [f"I-{number:02d}" for number in range(1, NUMBERED + 1)]
    assert not set(INCIDENTS) & set(hidden)
    assert all(len(reason) > 40 for reason in hidden.values())


@pytest.mark.parametrize("incident", IN_ORDER, ids=lambda each: f"{each.id}-{each.season}-{each.as_of}")
def test_the_incident_is_told_by_its_rules_on_its_dates_and_nowhere_else(
    replayer: Replayer, incident: Incident
) -> None:
    found = replayer.replay(incident)
    for told in found.told:
        missed = set(told.expected.dates) - told.dates
        assert not missed, f"{told.expected.table}.{told.expected.rule} {told.expected.outcome}"
    assert found.elsewhere == ()
    assert found.errors == ()


@pytest.mark.parametrize(("season", "as_of"), CUT, ids=str)
def test_the_clean_league_is_silent(clean: Clean, season: str, as_of: date) -> None:
    run = clean(season, as_of)
    assert [(rule.name, rule.observed) for rule in run.rules if not is_quiet(rule.verdict)] == []
    assert run.exit_code == 0
