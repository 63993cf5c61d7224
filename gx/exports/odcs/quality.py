"""A contract's rules as quality rules of a document.

Every rule is a custom rule for Great Expectations, its implementation the expectation's name and arguments. Where a
rule of the standard's library says exactly the same, that stands beside it, for tools that run no expectations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from open_data_contract_standard.model import DataQuality

from gx.contracts.families import Families
from gx.contracts.model import Contract, Rule, Scope
from gx.exports.odcs import vocabulary

NOT_NULL, IN_SET = "expect_column_values_to_not_be_null", "expect_column_values_to_be_in_set"
UNIQUE = "expect_compound_columns_to_be_unique"

_DIMENSIONS = {
    "accuracy": (
        "expect_values_to_agree_with_reference",
        "expect_partition_to_be_typical",
        "expect_partition_statistic_to_be_between",
        "expect_rows_to_change_between_partitions",
    ),
    "completeness": (
        NOT_NULL,
        "expect_fallback_to_be_complete",
        "expect_every_slate_to_be_present",
        "expect_player_counts_to_match_schedule",
        "expect_team_rows_to_match_schedule",
        "expect_group_sizes_to_be_between",
        "expect_season_to_be_scheduled",
        "expect_past_games_to_be_decided",
    ),
    "conformity": (
        "expect_column_values_to_be_between",
        IN_SET,
        "expect_column_values_to_match_regex",
        "expect_column_values_to_be_null",
        "expect_schema_to_match_contract",
        "expect_value_counts_to_be_few",
    ),
    "consistency": (
        "expect_rows_to_satisfy",
        "expect_sums_to_reconcile",
        "expect_game_ids_to_resolve",
        "expect_keys_to_resolve_in_reference",
        "expect_key_to_determine_column",
        "expect_running_counts_to_agree_with_reference",
        "expect_records_processed_to_agree",
        "expect_processor_runs_to_be_explained",
    ),
    "coverage": ("expect_reference_keys_to_be_covered",),
    "timeliness": (
        "expect_partitions_to_be_fresh",
        "expect_services_to_be_current",
        "expect_zero_record_runs_not_to_block_retries",
    ),
    "uniqueness": (UNIQUE,),
}
_DIMENSION_OF = {name: dimension for dimension, names in _DIMENSIONS.items() for name in names}


def quality(rule: Rule, contract: Contract, families: Families) -> Iterator[DataQuality]:
    """A rule of the table, and the library rule that says exactly the same, if the standard has one."""
    yield _custom_rule(rule, contract, families)
    if rule.expectation == UNIQUE:
        yield from _library_rule(rule, contract, arguments_of(rule)["column_list"])


def shorthand_quality(rule: Rule, contract: Contract, families: Families) -> Iterator[DataQuality]:
    """A rule that the column's own keys stand for, and its library rule; both stand with the column."""
    yield _custom_rule(rule, contract, families, shorthand=True)
    if rule.expectation in (NOT_NULL, IN_SET):
        yield from _library_rule(rule, contract, [arguments_of(rule)["column"]])


def _custom_rule(rule: Rule, contract: Contract, families: Families, shorthand: bool | None = None) -> DataQuality:
    notes = {
        vocabulary.SCOPE: rule.scope.value,
        vocabulary.INCIDENT: rule.incident,
        vocabulary.REMEDY: rule.remedy,
        vocabulary.OWNER: rule.owner,
        vocabulary.SINCE: rule.since.isoformat() if rule.since else None,
        vocabulary.UNTIL: rule.until.isoformat() if rule.until else None,
        vocabulary.SHORTHAND: shorthand,
    }
    return DataQuality(
        name=rule.name,
        type="custom",
        engine=vocabulary.ENGINE,
        implementation={"type": rule.expectation, "kwargs": arguments_of(rule)},
        description=_described(rule, contract, families),
        dimension=_DIMENSION_OF.get(rule.expectation),
        severity=rule.severity.value,
        businessImpact=rule.why or None,
        customProperties=vocabulary.custom(**notes),
    )


def arguments_of(rule: Rule) -> dict[str, Any]:
    """The rule's arguments as its contract writes them: what is left to a default is left out."""
    if isinstance(rule.arguments, Mapping):
        return dict(rule.arguments)
    written: dict[str, Any] = rule.arguments.model_dump(mode="json", exclude_unset=True)
    return written


def _described(rule: Rule, contract: Contract, families: Families) -> str | None:
    family = families.get(rule.expectation)
    return f"{family.words(rule, contract)} Allowed: {family.threshold(rule)}." if family else None


def _library_rule(rule: Rule, contract: Contract, columns: list[str]) -> Iterator[DataQuality]:
    """The library counts over the whole table and does not say what it does with nulls.

    So only a rule has one that looks at all rows of the table and whose columns are REQUIRED.
    """
    arguments = arguments_of(rule)
    whole = rule.scope in (Scope.TABLE, Scope.SNAPSHOT) and not (rule.since or rule.until)
    every_row = not arguments.get("where") and arguments.get("mostly", 1) == 1
    filled = all((column := contract.column(name)) and column.mode == "REQUIRED" for name in columns)
    if whole and every_row and filled:
        same = vocabulary.custom(**{vocabulary.SAME_AS: rule.name})
        metric, options = _METRICS[rule.expectation](arguments)
        yield DataQuality(
            type="library", metric=metric, arguments=options, mustBe=0, unit="rows", customProperties=same
        )


_METRICS: dict[str, Callable[[dict[str, Any]], tuple[str, dict[str, Any] | None]]] = {
    NOT_NULL: lambda arguments: ("nullValues", None),
    IN_SET: lambda arguments: ("invalidValues", {"validValues": list(arguments["value_set"])}),
    UNIQUE: lambda arguments: ("duplicateValues", {"properties": list(arguments["column_list"])}),
}
"""The library metric that must be 0 exactly when a rule passes, with its arguments."""
