"""The slate's own statement, as the warehouse answers it: each date's games, one a game and date of the schedule."""

from __future__ import annotations

from gx.judging.evidence import EvidenceRoom
from gx.planning.plan import plan
from tests.rules.harness import JANUARY, NOON, SCHEDULE, Court, game, january

HOSTILE = 'Final "OT" | \\ <b> \u00e9'


def test_the_games_of_a_date_come_in_order_with_their_state(court: Court) -> None:
    off = {"game_status": 1, "home_team_score": None, "away_team_score": None}
    earlier = {"game_status_text": "Q4", "processed_at": "2026-01-05T01:00:00Z"} | off
    games = [
        game(january(5), "MIA", "CHI", game_status_text=None, **off),
        game(january(5), "BOS", "NYK", **earlier),
        game(january(5), "BOS", "NYK", game_status_text=HOSTILE),
        game(january(6), "DEN", "LAL", game_status_text="Postponed", **off),
    ]
    project = court.load([SCHEDULE], {SCHEDULE.table: games})
    planned = plan([], {}, {}, *JANUARY, NOON)
    answers = {answer.statement: answer for answer in project.run_statements(planned.statements)}
    room = EvidenceRoom(planned, answers, {}, NOON, {})
    assert room.games(january(5)) == [
        {"game_id": "0022505039", "away": "BOS", "home": "NYK", "status": HOSTILE, "final": True},
        {"game_id": "0022505314", "away": "MIA", "home": "CHI", "status": None, "final": False},
    ]
    assert [told["status"] for told in room.games(january(6))] == ["Postponed"]
    assert room.games(january(7)) == []
    assert room.slate[january(5)].undecided == 1
