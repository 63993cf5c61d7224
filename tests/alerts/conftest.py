"""The repository's contracts, and a webhook on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gx.contracts.model import Contract
from gx.contracts.store import load_contracts
from gx.rules.registry import families
from tests.alerts.webhook import Webhook, webhook_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def contracts() -> Mapping[str, Contract]:
    """Every contract of the repository."""
    return load_contracts(ROOT, families()).contracts


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A webhook that takes every message, unless a test tells it what to answer."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with webhook_server() as server:
        yield server
