"""The repository's contracts, read once for the tests that need no warehouse."""

from __future__ import annotations

from pathlib import Path

from gx.contracts.store import load_contracts
from gx.rules.registry import families

PROJECT = load_contracts(Path(__file__).resolve().parents[2], families())
