"""The court in which every rule family is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rules.harness import Court

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse


@pytest.fixture(scope="session")
def court(warehouse: Warehouse) -> Court:
    return Court(warehouse)
