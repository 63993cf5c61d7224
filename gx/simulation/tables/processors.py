"""The processors of the pipeline (domain.md, Appendix A): when each runs, and how much it finds to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gx.simulation.seasons import BDL_OFF

BATCHES_FROM = date(2026, 2, 1)
"""First data date of the batch processors that took the place of the single ones in February 2026."""
SCOREBOARD_DEAD_FROM = date(2025, 6, 1)
"""From when on ESPN's scoreboard gave nothing (domain.md, Appendix A)."""
_ALWAYS = (date.min, date.max)
_UNTIL_BDL_OFF = (date.min, BDL_OFF - timedelta(days=1))
_UNTIL_2025 = (date.min, date(2025, 6, 30))
_SINGLE, _BATCH = (date.min, BATCHES_FROM - timedelta(days=1)), (BATCHES_FROM, date.max)


@dataclass(frozen=True)
class Processor:
    """A processor and its daily clock: UTC hours of the run date D; from 24 on they are the next day's.

    ``early`` runs find nothing as no game has been played or nothing is published; ``morning`` writes what is known
    before the games; ``final`` writes the day's rows; ``failing`` sometimes fails before it. ``each_game`` and
    ``each_day`` bound the records of tables the league does not hold. ``rarely`` finds a change now and then.
    ``working`` spans the data dates on which it does its work, ``replaced`` drops it from the log outside of them;
    without it the processor goes on and finds nothing. ``bootstrap`` waits for the 14 days of bootstrap.
    """

    name: str
    phase: str
    table: str
    final: float
    early: tuple[float, ...] = ()
    failing: float | None = None
    morning: float | None = None
    each_game: tuple[int, int] | None = None
    each_day: tuple[int, int] | None = None
    rarely: bool = False
    working: tuple[date, date] = _ALWAYS
    replaced: bool = False
    bootstrap: bool = False

    @property
    def service(self) -> str:
        """The Cloud Run service it runs in."""
        if self.phase == "reference":
            return "nba-reference-service"
        number, kind = self.phase.split("_")[1:]
        return f"nba-phase{number}-{kind}-processors"

    def works(self, day: date) -> bool:
        """Whether it does its work for that data date."""
        return self.working[0] <= day <= self.working[1]


def _raw(name: str, table: str, final: float, **more: Any) -> Processor:
    return Processor(name, "phase_2_raw", f"nba_raw.{table}", final, **more)


def _analytics(name: str, table: str, final: float, **more: Any) -> Processor:
    return Processor(name, "phase_3_analytics", f"nba_analytics.{table}", final, **more)


def _precompute(name: str, table: str, final: float) -> Processor:
    return Processor(name, "phase_4_precompute", table, final, bootstrap=True)


SCHEDULE = _raw("NbacScheduleProcessor", "nbac_schedule", 10)
BDL = _raw("BdlBoxscoresProcessor", "bdl_player_boxscores", 27, early=(6, 9), failing=25, working=_UNTIL_BDL_OFF)
_RAW_PROCESSORS = (
    SCHEDULE,
    _raw("NbacGamebookProcessor", "nbac_gamebook_player_stats", 31, early=(10, 13), failing=29),
    _raw("NbacPlayerBoxscoreProcessor", "nbac_player_boxscores", 30, early=(8,)),
    _raw("NbacTeamBoxscoreProcessor", "nbac_team_boxscore", 29, early=(8, 11)),
    _raw("NbacPlayByPlayProcessor", "nbac_play_by_play", 32, early=(10,), each_game=(430, 520)),
    _raw("BigDataBallPbpProcessor", "bigdataball_play_by_play", 38, early=(28, 31), each_game=(430, 520)),
    _raw("NbacInjuryReportProcessor", "nbac_injury_report", 21, each_day=(60, 140)),
    _raw("NbacPlayerListProcessor", "nbac_player_list_current", 10, each_day=(560, 580)),
    _raw("NbacPlayerMovementProcessor", "nbac_player_movement", 11, rarely=True),
    _raw("NbacRefereeProcessor", "nbac_referee_game_assignments", 26, each_game=(3, 3)),
    _raw("NbacScoreboardV2Processor", "nbac_scoreboard_v2", 28, early=(7,), each_game=(1, 1)),
    BDL,
    _raw("BdlPlayerBoxScoresProcessor", "bdl_player_boxscores", 28, working=_UNTIL_2025, replaced=True),
    _raw("BdlActivePlayersProcessor", "bdl_active_players_current", 10, each_day=(523, 523), working=_UNTIL_BDL_OFF),
    _raw("BdlInjuriesProcessor", "bdl_injuries", 10, each_day=(40, 90), working=_UNTIL_BDL_OFF),
    _raw("BdlStandingsProcessor", "bdl_standings", 11, each_day=(30, 30), working=_UNTIL_BDL_OFF),
    _raw("BdlLiveBoxscoresProcessor", "bdl_live_boxscores", 26, each_game=(30, 36), working=_UNTIL_BDL_OFF),
    _raw("OddsApiPropsProcessor", "odds_api_player_points_props", 24, morning=9, working=_SINGLE, replaced=True),
    _raw("OddsApiPropsBatchProcessor", "odds_api_player_points_props", 24, morning=9, working=_BATCH, replaced=True),
    _raw("OddsGameLinesProcessor", "odds_api_game_lines", 24, morning=9, working=_SINGLE, replaced=True),
    _raw("OddsApiGameLinesBatchProcessor", "odds_api_game_lines", 24, morning=9, working=_BATCH, replaced=True),
    _raw("BettingPropsProcessor", "bettingpros_player_points_props", 10),
    _raw("BasketballRefRosterProcessor", "br_rosters_current", 11, rarely=True, working=_SINGLE, replaced=True),
    _raw("BasketballRefRosterBatchProcessor", "br_rosters_current", 11, rarely=True, working=_BATCH, replaced=True),
    _raw("EspnTeamRosterProcessor", "espn_team_rosters", 11, each_day=(500, 540)),
    _raw("EspnBoxscoreProcessor", "espn_boxscores", 30, each_game=(26, 32), working=(date.min, SCOREBOARD_DEAD_FROM)),
    _raw("EspnScoreboardProcessor", "espn_scoreboard", 29, each_game=(1, 1), working=(date.min, SCOREBOARD_DEAD_FROM)),
)
SUMMARY = _analytics("PlayerGameSummaryProcessor", "player_game_summary", 31, early=(11,), failing=30)
DEFENSE = _analytics("TeamDefenseGameSummaryProcessor", "team_defense_game_summary", 30, early=(9,), failing=28)
FACTORS = _precompute("PlayerCompositeFactorsProcessor", "nba_precompute.player_composite_factors", 10.5)
FEATURES = _precompute("MLFeatureStoreProcessor", "nba_predictions.ml_feature_store_v2", 11)
_OTHERS = (
    SUMMARY,
    _analytics("TeamOffenseGameSummaryProcessor", "team_offense_game_summary", 30, early=(9,)),
    DEFENSE,
    _analytics("UpcomingPlayerGameContextProcessor", "upcoming_player_game_context", 9.5),
    _analytics("UpcomingTeamGameContextProcessor", "upcoming_team_game_context", 9.25),
    _precompute("TeamDefenseZoneAnalysisProcessor", "nba_precompute.team_defense_zone_analysis", 10),
    _precompute("PlayerShotZoneAnalysisProcessor", "nba_precompute.player_shot_zone_analysis", 10),
    FACTORS,
    _precompute("PlayerDailyCacheProcessor", "nba_precompute.player_daily_cache", 10.25),
    FEATURES,
    Processor("gamebook", "reference", "nba_reference.nba_players_registry", 34, rarely=True),
    Processor("roster", "reference", "nba_reference.nba_players_registry", 11, rarely=True),
)
PROCESSORS = (*_RAW_PROCESSORS, *_OTHERS)
"""Every processor of the run log, phase by phase."""
BEHIND = frozenset({"nba_precompute.player_daily_cache", "nba_precompute.player_shot_zone_analysis"})
"""Tables that have nothing for as_of itself yet, though their runs start in the morning."""
