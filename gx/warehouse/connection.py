"""Opening the warehouse that the environment names."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gx.paths import project_paths
from gx.warehouse.address import WarehouseAddress, warehouse_address
from gx.warehouse.embedded import EmbeddedServer

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse


@contextlib.contextmanager
def open_warehouse(address: WarehouseAddress | None = None, folder: Path | None = None) -> Iterator[Warehouse]:
    """The warehouse that ``CONTRACTS_WAREHOUSE`` (or ``address``) names, for as long as the block lasts.

    Starts the embedded server of ``folder`` when it is not running and stops it at the end unless others use it or
    ``warehouse up`` keeps it. Raises AddressError (the address is wrong) or WarehouseUnavailableError (no server);
    BigQuery itself is first spoken to by the first statement.
    """
    address = address or warehouse_address()
    if address.kind == "bigquery":
        from gx.warehouse.client import Warehouse

        yield Warehouse(address)
        return
    with EmbeddedServer(folder or project_paths().warehouse).running() as url:
        from gx.warehouse.client import Warehouse

        yield Warehouse(dataclasses.replace(address, api_endpoint=url, location="US"))
