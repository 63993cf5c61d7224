"""The Data Docs action: Great Expectations' own, which calls the site builder once a checkpoint run.

GX's action builds the site, index and all, once for every validation definition.
"""

from __future__ import annotations

import logging
from typing import Any, Literal

from great_expectations.checkpoint import UpdateDataDocsAction
from great_expectations.checkpoint.checkpoint import CheckpointResult

from gx.expectations import serving

logger = logging.getLogger(__name__)


class UpdateContractDocsAction(UpdateDataDocsAction):
    """Builds the sites once for all results of the run.

    A page that cannot be built does not change a verdict: the results are stored already, and the error is kept
    for the run's report.
    """

    type: Literal["update_contract_docs"] = "update_contract_docs"  # type: ignore[assignment]

    def run(self, checkpoint_result: CheckpointResult, action_context: Any = None) -> dict[str, Any]:
        """The index page of each site by site name."""
        try:
            built = self._build_data_docs(
                site_names=self.site_names, resource_identifiers=list(checkpoint_result.run_results)
            )
        except Exception as error:  # any fault of a page: reported, never raised over a verdict
            logger.debug("Data Docs were not built", exc_info=True)
            return self._note(error=f"{type(error).__name__}: {error}")
        return self._note(index=next((str(url) for url in (built or {}).values()), None))

    @staticmethod
    def _note(index: str | None = None, error: str | None = None) -> dict[str, Any]:
        if served := serving.current():
            served.docs_index, served.docs_error = index, error
        return {"index": index, "error": error}
