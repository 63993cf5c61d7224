"""The floor under a run: its statements, read from a file and sent by the bare client, rows fetched, nothing judged.

``python -m scripts.benchmarks.floor STATEMENTS ENDPOINT``; :mod:`scripts.benchmarks.verdict` starts it.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

THREADS = 8
"""As many at once as a run sends."""


def main(file: str, endpoint: str) -> None:
    """Send every statement of a JSON list and say how many rows came back."""
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery

    statements: list[str] = json.loads(Path(file).read_text(encoding="utf-8"))
    client = bigquery.Client(
        project="embedded",
        location="US",
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": endpoint},
    )
    with ThreadPoolExecutor(THREADS) as pool:
        rows = sum(pool.map(lambda sql: sum(1 for _ in client.query(sql).result()), statements))
    print(f"{len(statements)} statements, {rows} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
