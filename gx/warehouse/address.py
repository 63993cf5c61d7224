"""The warehouse's address, as ``CONTRACTS_WAREHOUSE`` gives it."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from gx.warehouse.folder import PROJECT

VARIABLE = "CONTRACTS_WAREHOUSE"
OPTIONS = ("location", "maximum_bytes_billed", "api_endpoint")
ALLOWED = (
    "`embedded`, or `bigquery://PROJECT` with any of "
    "`?location=us-west2&maximum_bytes_billed=2000000000&api_endpoint=http://127.0.0.1:9050`"
)
_PROJECT = re.compile(r"^(?:[a-z0-9.-]+:)?[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_LOCATION = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,40}$")


class AddressError(ValueError):
    """The warehouse's address is wrong; the message names every fault and what is allowed."""


@dataclass(frozen=True)
class WarehouseAddress:
    """Which warehouse to measure.

    ``maximum_bytes_billed`` is BigQuery's own limit for one job, in bytes. ``api_endpoint`` is where to send requests
    instead of BigQuery's own address; the embedded warehouse has none until its server runs.
    """

    kind: Literal["embedded", "bigquery"] = "embedded"
    project: str = PROJECT
    location: str | None = None
    maximum_bytes_billed: int | None = None
    api_endpoint: str | None = None

    @property
    def on_loopback(self) -> bool:
        """Whether requests stay on this machine: then without credentials, and bytes of 0 mean unknown."""
        return self.kind == "embedded" or (self.api_endpoint is not None and _is_loopback(self.api_endpoint))

    def __str__(self) -> str:
        if self.kind == "embedded":
            return "embedded"
        options = "&".join(f"{name}={value}" for name in OPTIONS if (value := getattr(self, name)) is not None)
        return f"bigquery://{self.project}" + (f"?{options}" if options else "")


def warehouse_address(environment: Mapping[str, str] | None = None) -> WarehouseAddress:
    """The address that the environment names; the embedded warehouse when it names none."""
    return parse_address((os.environ if environment is None else environment).get(VARIABLE, ""))


def parse_address(text: str) -> WarehouseAddress:
    """Read an address. Raises AddressError with all that is wrong with it."""
    text = text.strip()
    if text in ("", "embedded"):
        return WarehouseAddress()
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _wrong(text, [str(error)]) from None
    if parts.scheme != "bigquery":
        near = difflib.get_close_matches(text.lower(), ["embedded"], 1) or ["embedded" if "://" not in text else ""]
        raise _wrong(text, ["it is neither of them" + (f"; did you mean `{near[0]}`?" if near[0] else "")])
    problems: list[str] = []
    options = _options(parts, problems)
    project = unquote(parts.netloc)
    if not _PROJECT.match(project):
        problems.append(f"`{project}` is no project id (lower-case letters, digits and hyphens)")
    if parts.path not in ("", "/"):
        problems.append(f"`{parts.path}` after the project; datasets are named by the contracts")
    address = WarehouseAddress(
        kind="bigquery",
        project=project,
        location=_location(options, problems),
        maximum_bytes_billed=_bytes(options, problems),
        api_endpoint=_endpoint(options, problems),
    )
    if problems:
        raise _wrong(text, problems)
    return address


def sqlalchemy_url(address: WarehouseAddress, dataset: str | None = None) -> str:
    """The address for SQLAlchemy: our dialect (:mod:`gx.warehouse.dialect`) where requests go to an endpoint of ours.

    It lies here because it must not import SQLAlchemy: a run asks for it while another thread imports Great
    Expectations, and two threads that enter SQLAlchemy's circular imports from different ends both fail.
    """
    options = {
        "api_endpoint": address.api_endpoint,
        "location": address.location,
        "maximum_bytes_billed": address.maximum_bytes_billed,
    }
    query = urlencode({name: value for name, value in options.items() if value is not None})
    scheme = "bigquery+emulator" if address.api_endpoint else "bigquery"
    path = f"/{quote(dataset)}" if dataset else ""
    return f"{scheme}://{quote(address.project)}{path}" + (f"?{query}" if query else "")


def _wrong(text: str, problems: list[str]) -> AddressError:
    return AddressError(f"{VARIABLE}: `{text}`: {'; '.join(problems)}. Allowed: {ALLOWED}.")


def _options(parts: SplitResult, problems: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in OPTIONS:
            near = difflib.get_close_matches(name, OPTIONS, 1)
            problems.append(f"unknown option `{name}`" + (f", did you mean `{near[0]}`?" if near else ""))
        elif name in options:
            problems.append(f"`{name}` is given twice")
        options[name] = value
    return options


def _location(options: Mapping[str, str], problems: list[str]) -> str | None:
    location = options.get("location")
    if location is not None and not _LOCATION.match(location):
        problems.append(f"location `{location}` is no BigQuery location such as us-west2 or US")
    return location


def _bytes(options: Mapping[str, str], problems: list[str]) -> int | None:
    given = options.get("maximum_bytes_billed")
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", given) or int(given) == 0:
        problems.append(f"maximum_bytes_billed `{given}` is no whole number of bytes above 0")
        return None
    return int(given)


def _endpoint(options: Mapping[str, str], problems: list[str]) -> str | None:
    given = options.get("api_endpoint")
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        problems.append(f"api_endpoint `{given}` is no http:// or https:// address")
        return None
    if parts.scheme == "http" and not _is_loopback(given):
        problems.append(f"api_endpoint `{given}` would send credentials in the clear: use https outside this machine")
    return given.rstrip("/")


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
