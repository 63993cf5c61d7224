"""The results store: Great Expectations' own, which also keeps the run's facts and never shows half a file.

GX loads this module by the name in ``great_expectations.yml``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.data_context import store as stock

from gx.expectations import serving
from gx.expectations.facts import run_facts
from gx.whole_files import write_whole

META_KEY = "contracts"
"""The key of a stored result's ``meta`` that holds the facts of its run and table."""


class ValidationResultsStore(stock.ValidationResultsStore):
    """Adds the facts of the run and of the table to each result's ``meta``, so that pages need nothing else.

    It keeps GX's class name: GX adds its default store to a project that has none of that name.
    """

    def store_validation_results(
        self, suite_validation_result: ExpectationSuiteValidationResult, *args: Any, **kwargs: Any
    ) -> Any:
        """Stores a result, with the facts of the run being served if there is one."""
        if served := serving.current():
            meta = cast("dict[str, Any]", suite_validation_result.meta)  # GX names the keys of its own
            meta[META_KEY] = run_facts(served.run, suite_validation_result.suite_name)
        return super().store_validation_results(suite_validation_result, *args, **kwargs)

    def serialize(self, value: ExpectationSuiteValidationResult) -> str:
        """Compact JSON. A rule's own document is written as it is: GX would copy it four times and drop its nulls."""
        details = [result.result.pop("details", None) for result in value.results]
        try:
            document = value.to_json_dict()
        finally:
            for result, kept in zip(value.results, details, strict=True):
                result.result |= {"details": kept} if kept else {}
        for written, kept in zip(document["results"], details, strict=True):
            written["result"] |= {"details": kept} if kept else {}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class AtomicFilesystemBackend(stock.TupleFilesystemStoreBackend):
    """A file system backend that writes aside and renames, so that a reader or a second run never meets half a file."""

    def file_of(self, key: tuple[str, ...]) -> Path:
        """Where the object of that key lies."""
        return Path(str(self.full_base_directory), str(self._convert_key_to_filepath(key)))

    def _set(self, key: Any, value: str | bytes, **kwargs: Any) -> Any:
        target = self.file_of(key if isinstance(key, tuple) else key.to_tuple())
        write_whole(target, value)
        return str(target)
