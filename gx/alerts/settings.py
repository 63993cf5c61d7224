"""Where alerts go, from the environment; a webhook's address is a secret and is never printed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SEVERITIES = ("critical", "warning", "info")
WEBHOOK = "CONTRACTS_SLACK_WEBHOOK"
DOCS_URL = "CONTRACTS_DOCS_URL"
RUN_URL = "CONTRACTS_RUN_URL"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(ValueError):
    """A variable is no address that alerts can use; the message names the variable, never its value."""


@dataclass(frozen=True)
class AlertSettings:
    """Webhooks by severity, where pages are published, and the bounds of telling.

    ``attempts`` counts the first one; ``request_seconds`` is how long one request may wait, ``total_seconds`` how long
    a run may spend on all its messages; ``first_wait_seconds`` doubles with each further attempt.
    """

    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    docs_url: str = ""
    run_url: str = ""
    attempts: int = 3
    request_seconds: int = 5
    total_seconds: float = 30.0
    first_wait_seconds: float = 0.5
    most_messages: int = 10


def settings_from(environment: Mapping[str, str] = os.environ) -> AlertSettings:
    """The settings of ``CONTRACTS_SLACK_WEBHOOK_CRITICAL``, ``_WARNING``, ``_INFO`` and the rest.

    Raises:
        SettingsError: an address is not one of http or https.
    """
    general = _webhook(environment, WEBHOOK)
    by_severity = {severity: _webhook(environment, variable_of(severity)) or general for severity in SEVERITIES}
    return AlertSettings(
        webhooks={severity: address for severity, address in by_severity.items() if address},
        docs_url=_page(environment, DOCS_URL).rstrip("/"),
        run_url=_page(environment, RUN_URL),
    )


def variable_of(severity: str) -> str:
    """The variable that holds the webhook of a severity."""
    return f"{WEBHOOK}_{severity.upper()}"


def masked(address: str) -> str:
    """A webhook's address without its secret path."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…"


def _webhook(environment: Mapping[str, str], name: str) -> str:
    address = environment.get(name, "").strip()
    if not address:
        return ""
    scheme, host = _parts(address, name)
    if scheme != "https" and host not in _LOOPBACK:
        raise SettingsError(f"{name} must be an https address, as Slack gives it; http only on this machine")
    return address


def _page(environment: Mapping[str, str], name: str) -> str:
    address = environment.get(name, "").strip()
    if address:
        _parts(address, name)
    return address


def _parts(address: str, name: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not address.isprintable() or set(address) & set(' <>|"'):
        raise SettingsError(f"{name} is no address: it must look like https://host/path")
    return parts.scheme, host
