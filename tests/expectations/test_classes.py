"""Every family has a real Great Expectations class, and GX's own classes keep working."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gx
from gx.contracts.store import load_contracts
from gx.expectations.classes import class_name, core_class, expectation_class, expectation_classes, kwargs_of
from gx.expectations.importing import import_great_expectations
from gx.rules.registry import families
from tests.expectations.conftest import FAMILIES

import_great_expectations()

from great_expectations.expectations.expectation import BatchExpectation, ColumnMapExpectation  # noqa: E402
from great_expectations.expectations.registry import get_expectation_impl  # noqa: E402
from great_expectations.util import camel_to_snake  # noqa: E402


@pytest.mark.parametrize("name", [*FAMILIES, *families()])
def test_a_class_is_registered_under_its_name(name: str) -> None:
    made = expectation_class(name, {**families(), **FAMILIES})
    assert made.expectation_type == name == camel_to_snake(class_name(name))
    assert issubclass(get_expectation_impl(name), made)
    assert issubclass(made, BatchExpectation)


@pytest.mark.parametrize("name", [*families()])
def test_arguments_do_not_hide_what_every_expectation_has(name: str) -> None:
    """A family's argument called ``meta`` or ``severity`` would be taken for GX's own field."""
    own = set(families()[name].Kwargs.model_fields) - set(getattr(core_class(name), "__fields__", ()))
    assert not own & set(dir(BatchExpectation)) - {"column"}


def test_a_gx_name_becomes_a_subclass_of_gx_s_class() -> None:
    made = expectation_classes(FAMILIES)["expect_column_values_to_not_be_null"]
    core = core_class("expect_column_values_to_not_be_null")
    assert core is not None and issubclass(made, core) and issubclass(made, ColumnMapExpectation)
    assert {"column", "mostly", "where"} <= set(made.__fields__)


def test_the_same_class_each_time() -> None:
    assert expectation_classes(FAMILIES) == expectation_classes(FAMILIES)


def test_outside_contracts_a_core_expectation_is_gx_s_own() -> None:
    expectation_classes(FAMILIES)
    import pandas as pd
    from great_expectations import get_context

    context = get_context(mode="ephemeral")
    batch = context.data_sources.pandas_default.read_dataframe(pd.DataFrame({"points": [1, None, 3]}))
    stock = get_expectation_impl("expect_column_values_to_not_be_null")
    result = batch.validate(stock(column="points"))  # type: ignore[call-arg]
    assert (result.success, result.result["unexpected_count"]) == (False, 1)


def test_a_contract_expectation_without_a_run_is_an_error_not_a_pass() -> None:
    import pandas as pd
    from great_expectations import get_context

    made = expectation_class("expect_fallback_to_be_complete", FAMILIES)
    context = get_context(mode="ephemeral")
    batch = context.data_sources.pandas_default.read_dataframe(pd.DataFrame({"points": [1]}))
    result = batch.validate(made(primary="a.b", key=["c"], meta={"contract_rule": "a.b.fallback"}))  # type: ignore[call-arg]
    assert result.success is False
    assert "a.b.fallback has no measurement here" in str(result.exception_info)


def test_gx_accepts_the_arguments_of_every_contract() -> None:
    """A rule that lint accepts and GX refuses would be found out only when its run is recorded."""
    found = load_contracts(Path(gx.__file__).parent.parent, families())
    assert found.contracts
    for contract in found.contracts.values():
        for rule in contract.rules:
            made: Any = expectation_class(rule.expectation, families())
            assert made(**kwargs_of(rule.arguments)).expectation_type == rule.expectation
