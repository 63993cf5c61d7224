"""What all contract expectations share: they answer from the judged run, and they render in plain words.

Importing this module imports Great Expectations: call ``importing.import_great_expectations`` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from great_expectations.render import LegacyDiagnosticRendererType, LegacyRendererType
from great_expectations.render.components import RenderedStringTemplateContent, RenderedTableContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.validator.validator import ValidationDependencies

from gx.expectations import outcome, serving

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.execution_engine import ExecutionEngine
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

TABLE_ROWS = 200
"""Failing keys that GX's own pages list."""


class ServedExpectation:
    """Mixed in before a GX expectation class: a rule's expectation needs no metric and answers with the rule's result.

    An expectation that no contract made (its ``meta`` names no rule) behaves as GX's own class of that name does.
    """

    meta: dict[str, Any] | None

    def get_validation_dependencies(
        self, execution_engine: ExecutionEngine[Any] | None = None, runtime_configuration: dict[str, Any] | None = None
    ) -> ValidationDependencies:
        """No metric for a rule, so GX has nothing to ask the warehouse."""
        if serving.rule_name(self.meta):
            return ValidationDependencies()
        stock: ValidationDependencies = super().get_validation_dependencies(  # type: ignore[misc]
            execution_engine, runtime_configuration
        )
        return stock

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> Any:
        name = serving.rule_name(self.meta)
        if name is None:
            return super()._validate(metrics, runtime_configuration, execution_engine)  # type: ignore[misc]
        rule = serving.served_result(name)

        from gx.reporting.document import rule_document

        return outcome.validation(rule, rule_document(rule))

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> list[Any]:
        configuration = configuration or (result.expectation_config if result else None)
        if configuration is None or serving.rule_name(configuration.meta) is None:
            stock: list[Any] = super()._prescriptive_renderer(  # type: ignore[misc]
                configuration=configuration, result=result, runtime_configuration=runtime_configuration
            )
            return stock
        return [_text(configuration.description or configuration.type)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> str:
        contract = _contract(result)
        if contract is None:
            stock: str = super()._diagnostic_observed_value_renderer(  # type: ignore[misc]
                configuration=configuration, result=result, runtime_configuration=runtime_configuration
            )
            return stock
        return f"{contract.get('verdict', '')}: {contract.get('observed') or '--'}"

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> list[Any] | None:
        contract = _contract(result)
        if contract is None:
            stock: list[Any] | None = super()._diagnostic_unexpected_table_renderer(  # type: ignore[misc]
                configuration=configuration, result=result, runtime_configuration=runtime_configuration
            )
            return stock
        keys = list(contract.get("failing_keys") or ())[:TABLE_ROWS]
        return [_table(keys)] if keys else None


def _contract(result: ExpectationValidationResult | None) -> Mapping[str, Any] | None:
    details = (result.result or {}).get("details") if result else None
    contract = (details or {}).get("contract")
    return contract if isinstance(contract, Mapping) else None


def _text(words: str) -> RenderedStringTemplateContent:
    return RenderedStringTemplateContent(
        content_block_type="string_template", string_template={"template": "$words", "params": {"words": words}}
    )


def _table(keys: list[Mapping[str, Any]]) -> RenderedTableContent:
    columns = list(dict.fromkeys(column for key in keys for column in key))
    return RenderedTableContent(
        content_block_type="table",
        table=[[str(key.get(column, "")) for column in columns] for key in keys],
        header_row=columns,
        styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
    )
