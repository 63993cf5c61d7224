"""The files of a Great Expectations project, as Great Expectations 1.24 itself writes them.

Identifiers are made from names, so an export of the same contracts is the same, file by file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from gx.exports.gx_native.suites import Suite
from gx.exports.yaml_text import yaml_text

CONNECTION = "CONTRACTS_GX_CONNECTION"
"""The environment variable that holds the SQLAlchemy address of the warehouse, ``bigquery://my-project``."""
DATASOURCE, BATCH = "warehouse", "window"
SETTINGS = "gx/great_expectations.yml"
_NAMES = UUID("5f0f6b0e-2c0d-4c55-9b7e-6a4c1d2e8f31")
_FOLDERS = ("expectations", "validation_definitions", "checkpoints")
_SETTINGS_HEAD = f"""\
# A Great Expectations project, exported from the contracts by `contracts export gx`; export again to change it.
# `great_expectations.get_context(mode="file", project_root_dir=...)` opens the folder that holds this one.
# {CONNECTION} is the SQLAlchemy address of the warehouse, for example bigquery://my-project.
"""


class NotOurs(ValueError):
    """The folder holds a Great Expectations project that was not exported from contracts."""


def identifier(*names: str) -> str:
    """The identifier of a thing by its names, the same on every export."""
    return str(uuid5(_NAMES, "/".join(names)))


def project_files(suites: Sequence[Suite]) -> dict[str, str]:
    """The text of every file, by its path in the project's folder."""
    files = {SETTINGS: _SETTINGS_HEAD + yaml_text(_settings(suites)), "gx/.gitignore": "uncommitted/\n"}
    for suite in suites:
        path = suite.name.replace(".", "/")
        files[f"gx/expectations/{path}.json"] = _json(_suite(suite))
        files[f"gx/validation_definitions/{suite.name}.json"] = _json(_validation(suite))
    for kind in dict.fromkeys(suite.kind for suite in suites):
        files[f"gx/checkpoints/{kind}.json"] = _json(_checkpoint(kind, [s for s in suites if s.kind == kind]))
    return files


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a folder, and take away what an earlier export left there.

    Raises:
        NotOurs: the folder holds another project.
    """
    settings = folder / SETTINGS
    if settings.exists() and identifier("project") not in settings.read_text(encoding="utf-8", errors="replace"):
        raise NotOurs(f"{settings} is a project of its own; allowed: a new folder, or one of an earlier export")
    for name in _FOLDERS:
        for old in (folder / "gx" / name).rglob("*.json"):
            if old.relative_to(folder).as_posix() not in files:
                old.unlink()
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _settings(suites: Sequence[Suite]) -> dict[str, Any]:
    stores = {
        "expectations_store": _store("ExpectationsStore", "expectations/"),
        "validation_results_store": _store("ValidationResultsStore", "uncommitted/validations/"),
        "checkpoint_store": _store("CheckpointStore", "checkpoints/"),
        "validation_definition_store": _store("ValidationDefinitionStore", "validation_definitions/"),
    }
    site = {"class_name": "SiteBuilder", "store_backend": _backend("uncommitted/data_docs/local_site/")}
    datasource = {
        "type": "bigquery",
        "id": identifier(DATASOURCE),
        "connection_string": f"${{{CONNECTION}}}",
        "assets": {suite.name: _asset(suite) for suite in suites},
    }
    return {
        "config_version": 4.0,
        "stores": stores,
        "expectations_store_name": "expectations_store",
        "validation_results_store_name": "validation_results_store",
        "checkpoint_store_name": "checkpoint_store",
        "data_docs_sites": {"local_site": site},
        "fluent_datasources": {DATASOURCE: datasource},
        "analytics_enabled": False,
        "progress_bars": {"globally": False},
        "data_context_id": identifier("project"),
    }


def _store(class_name: str, folder: str) -> dict[str, Any]:
    return {"class_name": class_name, "store_backend": _backend(folder)}


def _backend(folder: str) -> dict[str, Any]:
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": folder}
    return backend | {"suppress_store_backend_id": True}


def _asset(suite: Suite) -> dict[str, Any]:
    """A query asset: Great Expectations probes a table asset without a predicate, which some tables refuse."""
    batch = {"id": identifier(suite.name, BATCH), "partitioner": None}
    return {
        "type": "query",
        "id": identifier(suite.name, "asset"),
        "batch_metadata": {},
        "batch_definitions": {BATCH: batch},
        "query": suite.query,
    }


def _suite(suite: Suite) -> dict[str, Any]:
    expectations = [
        {**each, "id": identifier(suite.name, "expectation", str(number))}
        for number, each in enumerate(suite.expectations)
    ]
    meta = {"great_expectations_version": "1.24.1"}
    return {
        "name": suite.name,
        "id": identifier(suite.name, "suite"),
        "expectations": expectations,
        "meta": meta,
        "notes": None,
    }


def _validation(suite: Suite) -> dict[str, Any]:
    return {
        "name": suite.name,
        "id": identifier(suite.name, "validation"),
        "data": {
            "datasource": {"name": DATASOURCE, "id": identifier(DATASOURCE)},
            "asset": {"name": suite.name, "id": identifier(suite.name, "asset")},
            "batch_definition": {"name": BATCH, "id": identifier(suite.name, BATCH)},
        },
        "suite": {"name": suite.name, "id": identifier(suite.name, "suite")},
    }


def _checkpoint(kind: str, suites: Sequence[Suite]) -> dict[str, Any]:
    named = [{"name": suite.name, "id": identifier(suite.name, "validation")} for suite in suites]
    return {
        "name": kind,
        "id": identifier(kind, "checkpoint"),
        "validation_definitions": named,
        "actions": [],
        "result_format": {"result_format": "SUMMARY"},
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
