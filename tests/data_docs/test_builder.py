"""The site builder as Great Expectations drives it."""

import json
from pathlib import Path
from typing import Any

import pytest

from gx.data_docs.builder import ContractSiteBuilder
from gx.expectations.context import SITE, build_context
from tests.data_docs import documents
from tests.data_docs.test_load import stored


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder whose results store holds one run."""
    folder = tmp_path_factory.mktemp("state")
    for number, result in enumerate(stored(documents.red_audit(passing=1))):
        path = folder / "results" / f"table{number}" / "run" / "time" / "batch.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(result), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def context(state: Path) -> Any:
    return build_context(state)


def test_build_data_docs_writes_our_pages_from_the_results_store(context: Any, state: Path) -> None:
    assert context.build_data_docs() == {SITE: str(state / "data_docs" / "index.html")}
    assert "are broken on 2023-02-23" in (state / "data_docs" / "index.html").read_text(encoding="utf-8")
    (site,) = context.get_docs_sites_urls()
    assert site["site_url"] == (state / "data_docs" / "index.html").as_uri()


def test_a_validation_result_leads_to_its_run_and_a_suite_to_its_table(context: Any, state: Path) -> None:
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    builder = ContractSiteBuilder(context, {"base_directory": str(state / "data_docs")})
    builder.build()
    suite = ExpectationSuiteIdentifier("nba_raw.nbac_schedule")
    assert str(builder.get_resource_url(suite)).endswith("tables/nba_raw.nbac_schedule.html")
    run = RunIdentifier(run_name=documents.red_audit(passing=1)["run_id"])
    assert "runs/season_audit" in str(builder.get_resource_url(ValidationResultIdentifier(suite, run, "batch")))
    assert builder.get_resource_url(ExpectationSuiteIdentifier("no.table")) is None


def test_clean_data_docs_removes_the_pages(context: Any, state: Path) -> None:
    context.build_data_docs()
    context.clean_data_docs()
    assert not list((state / "data_docs").rglob("*.html"))


def test_a_site_without_a_folder_says_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="base_directory"):
        ContractSiteBuilder(None, {"class_name": "InMemoryStoreBackend"}, site_name="contracts")
