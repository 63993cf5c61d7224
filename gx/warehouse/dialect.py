"""SQLAlchemy's way to the embedded warehouse: ``bigquery+emulator://PROJECT/DATASET?api_endpoint=URL``.

Registered under the entry point group ``sqlalchemy.dialects`` as ``bigquery.emulator``; real BigQuery is reached by
sqlalchemy-bigquery's own ``bigquery://PROJECT``. Great Expectations knows the dialect by its name, which stays
``bigquery``.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine.url import URL
from sqlalchemy_bigquery import BigQueryDialect
from sqlalchemy_bigquery.parse_url import parse_url

from gx.warehouse.address import VARIABLE, WarehouseAddress, parse_address
from gx.warehouse.transport import make_client


class EmulatorDialect(BigQueryDialect):  # type: ignore[misc]
    """BigQuery's dialect over a client that is pointed at ``api_endpoint``.

    Without ``api_endpoint`` in the URL the one of ``CONTRACTS_WAREHOUSE`` counts. The URL's job settings
    (default dataset, labels, maximum_bytes_billed) apply as usual.
    """

    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """The DB-API module, under the name SQLAlchemy 2 asks for."""
        return cls.dbapi()

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        """The DB-API's arguments. Raises AddressError when no api_endpoint is to be had."""
        endpoint = url.query.get("api_endpoint")
        plain = url.difference_update_query(["api_endpoint"]).update_query_dict({"user_supplied_client": "true"})
        super().create_connect_args(plain)  # project, dataset, location; builds no client
        self.billing_project_id = self.project_id
        config = self.create_job_config(parse_url(plain)[6])
        client = make_client(_address(str(url.host), endpoint), default_query_job_config=config)
        # The Storage API is not on the emulator's port: results of more than a page would dial Google's own.
        return [], {"client": client, "prefer_bqstorage_client": False}


def _address(project: str, endpoint: object) -> WarehouseAddress:
    if not endpoint:
        endpoint = parse_address(os.environ.get(VARIABLE, "")).api_endpoint
    text = f"bigquery://{project}?" + urlencode({"location": "US", "api_endpoint": str(endpoint or "")})
    return parse_address(text)
