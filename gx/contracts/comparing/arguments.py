"""The direction of each argument of each expectation: by its name, and where a family means another thing by it.

A test holds that no argument of a family is without one; a new family tells its own beside its arguments (Compared).
Great Expectations' own have them where their name says enough; of the others a change counts as tightening and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gx.contracts.comparing.change import Direction
from gx.contracts.comparing.directions import (
    adds,
    among,
    at_least,
    at_most,
    breaking,
    by_value,
    entries,
    flag,
    harmless,
    interval,
    keys_that_pair,
    members,
    narrows,
    reaches,
    rewritten,
)

_BOUNDS: dict[str, Direction] = {
    **dict.fromkeys("min_value fail_below warn_below mostly minimum min_per_team min_per_game".split(), at_least),
    "filled": at_least,
    **dict.fromkeys("max_value fail_above warn_above maximum max_per_team max_per_game threshold".split(), at_most),
    **dict.fromkeys("tolerance warn_tolerance surplus_above fail_behind warn_behind".split(), at_most),
    **dict.fromkeys("max_age_hours max_age_days longest_gap_days minimum_rows minimum_keys".split(), at_most),
    "distinct": at_least,
    "mean": interval,
    "cleared_after_days": reaches,
    "strict_min": flag(stricter=True),
    "strict_max": flag(stricter=True),
    "strictly": flag(stricter=True),
    "null_differs": flag(stricter=True),
    "exact_match": flag(stricter=True),
    "unless_empty": flag(stricter=False),
    "or_equal": flag(stricter=False),
    "ties_okay": flag(stricter=False),
}
_SETS: dict[str, Direction] = {
    "value_set": members(more=False),
    "value_pairs_set": members(more=False),
    "type_list": members(more=False),
    "references": members(more=False),
    "values": entries(more=True),
    "sums": entries(more=True),
    "services": entries(more=True),
    "excused_by": narrows,
    "shown": harmless,
}
_TEXTS: dict[str, Direction] = {
    **dict.fromkeys(["where", "reference_where", "row_condition"], narrows),
    **dict.fromkeys(["condition", "regex", "like_pattern", "regex_list", "like_pattern_list", "formats"], rewritten),
}
_SUBJECTS: dict[str, Direction] = {
    **dict.fromkeys(
        "column column_A column_B statistic change group reference schedule run_log game_column team_column "
        "loaded_column games games_per_team type_ value sum_total other_table_name".split(),
        breaking,
    ),
    **dict.fromkeys(["column_list", "column_set", "columns", "group_by", "processors"], among),
    "key": keys_that_pair,
    "opponent_column": adds,
    "home_column": adds,
}
_BY_NAME: dict[str, Direction] = {**_BOUNDS, **_SETS, **_TEXTS, **_SUBJECTS}

_KNOWN_PROCESSOR: dict[str, Direction] = {
    "table": breaking,
    "zero": breaking,
    "why": harmless,
    "until": reaches,
    "due_hours": at_most,
}

_BY_EXPECTATION: dict[str, dict[str, Direction]] = {
    # other rows make another statistic, group, sum or count, which may be higher or lower
    "expect_partition_statistic_to_be_between": {"where": rewritten},
    "expect_partition_to_be_typical": {"where": rewritten},
    "expect_group_sizes_to_be_between": {"where": rewritten, "distinct": breaking},
    "expect_player_counts_to_match_schedule": {"where": rewritten},
    "expect_team_rows_to_match_schedule": {"where": rewritten},
    "expect_sums_to_reconcile": {"where": rewritten, "reference_where": rewritten},
    "expect_running_counts_to_agree_with_reference": {"reference_where": rewritten},
    # a row repeats when all of them do: with more columns fewer rows are found
    "expect_rows_to_change_between_partitions": {"columns": members(more=False), "where": rewritten},
    "expect_value_counts_to_be_few": {"warn_above": by_value(at_most), "fail_above": by_value(at_most)},
    "expect_processor_runs_to_be_explained": {"processors": entries(more=False, inside=_KNOWN_PROCESSOR)},
    "expect_column_values_to_not_be_in_set": {"value_set": members(more=True)},
    "expect_column_distinct_values_to_contain_set": {"value_set": members(more=True)},
    "expect_column_distinct_values_to_equal_set": {"value_set": among},
}


@dataclass(frozen=True)
class Compared:
    """Stands beside a family's argument whose name alone does not tell its direction.

    ``where: Annotated[str | None, Compared(rewritten)] = None``
    """

    direction: Direction


def directions(expectation: str, arguments: type[Any] = dict) -> Mapping[str, Direction]:
    """The direction of each argument of that expectation, by the argument's name; what its model says comes first."""
    fields = getattr(arguments, "model_fields", {})
    own = {name: mark.direction for name in fields for mark in fields[name].metadata if isinstance(mark, Compared)}
    return {**_BY_NAME, **_BY_EXPECTATION.get(expectation, {}), **own}
