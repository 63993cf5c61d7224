"""A results store as Great Expectations lays it out, made from documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.data_docs.documents import Json
from tests.data_docs.test_load import stored


def store(results: Path, *documents: Json) -> None:
    """Stores the runs below ``results``."""
    for document in documents:
        started = datetime.fromisoformat(document["started_at"]).astimezone(UTC)
        for result in stored(document):
            folder = results.joinpath(*result["suite_name"].split("."), document["run_id"])
            path = folder / f"{started:%Y%m%dT%H%M%S}.000000Z" / "batch.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(result), encoding="utf-8")
