"""What to try again, how often, and what a failure that stays is called.

The table of transient errors is BigQuery's: HTTP 429, 500, 502, 503, 504; the reasons below; broken connections.
https://cloud.google.com/bigquery/docs/error-messages
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import requests.exceptions
from google.api_core import exceptions as api
from google.api_core import retry as api_retry
from google.auth import exceptions as auth
from google.resumable_media import InvalidResponse

from gx.warehouse.errors import WarehouseError

TRANSIENT_CODES = frozenset({429, 500, 502, 503, 504})
TRANSIENT_REASONS = frozenset(
    {
        *("backendError", "internalError", "badGateway", "rateLimitExceeded", "tableUnavailable"),
        *("jobBackendError", "jobInternalError", "jobRateLimitExceeded"),
    }
)
CONNECTION_ERRORS = (
    ConnectionError,
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
    auth.TransportError,
)

RETRIES = 5
"""How often one statement tries again after transient answers, over all its requests."""

RECONNECTIONS = 4
"""How often one statement tries again after broken connections; with the waits below, at most about 4 s of waiting."""

RENEW = "`gcloud auth application-default login` renews a person's own."

FIRST_WAIT_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 8.0

_KINDS = {
    "accessDenied": "denied",
    "billingNotEnabled": "denied",
    "notFound": "not_found",
    "invalidQuery": "invalid_query",
    "invalid": "invalid_query",
    "quotaExceeded": "quota",
    "resourcesExceeded": "quota",
    "billingTierLimitExceeded": "budget",
    "bytesBilledLimitExceeded": "budget",
    "stopped": "cancelled",
    "timeout": "timeout",
}
_KINDS_BY_CODE = {400: "invalid_query", 401: "denied", 403: "denied", 404: "not_found", 499: "cancelled"}


class Deadline:
    """A moment after which nothing new is begun; ``cut`` brings it forward to now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._end - time.monotonic())

    def cut(self) -> None:
        """Let it be over."""
        self._end = time.monotonic()

    def at_most(self, seconds: float) -> Deadline:
        """The earlier of this deadline and one in that many seconds."""
        return Deadline(min(seconds, self.remaining()))


class Patience:
    """The retries that one statement has left, shared by all its requests; a predicate for google.api_core.retry."""

    def __init__(self, deadline: Deadline, gave_up: threading.Event) -> None:
        self._deadline = deadline
        self._gave_up = gave_up
        self._transient = RETRIES
        self._connection = RECONNECTIONS

    def __call__(self, error: BaseException) -> bool:
        """Whether to try again after this error; ``gave_up`` tells everyone that the warehouse cannot be reached."""
        if isinstance(error, CONNECTION_ERRORS) and not isinstance(error, requests.exceptions.SSLError):
            self._connection -= 1
            if self._connection < 0:
                self._gave_up.set()
            return self._connection >= 0 and not self._gave_up.is_set() and self._deadline.remaining() > 0
        if is_transient(error):
            self._transient -= 1
            return self._transient >= 0 and self._deadline.remaining() > 0
        return False

    def retry(self) -> api_retry.Retry:
        """Exponential back-off with jitter, within what is left of the statement's retries and time."""
        return api_retry.Retry(
            predicate=self,
            initial=FIRST_WAIT_SECONDS,
            maximum=LONGEST_WAIT_SECONDS,
            multiplier=2.0,
            timeout=self._deadline.remaining(),
        )


def reason_of(error: BaseException) -> str | None:
    """The first reason that BigQuery gave, if any."""
    errors: Any = getattr(error, "errors", None)
    if isinstance(errors, (list, tuple)) and errors and isinstance(errors[0], dict):
        return errors[0].get("reason") or None
    return None


def is_transient(error: BaseException) -> bool:
    """Whether BigQuery documents this answer as passing. A 500 with a reason of its own (such as dontRetry) is not."""
    if isinstance(error, InvalidResponse):
        return error.response.status_code in TRANSIENT_CODES
    reason = reason_of(error)
    if reason in TRANSIENT_REASONS:
        return True
    code = getattr(error, "code", None)
    return code in TRANSIENT_CODES and (reason is None or code != 500)


def kind_of(error: BaseException) -> str:
    """The kind of failure, as MeasurementFailure names them."""
    if isinstance(error, api.RetryError) and error.cause is not None:
        error = error.cause
    if isinstance(error, (requests.exceptions.ReadTimeout, concurrent.futures.TimeoutError, api.RetryError)):
        return "timeout"
    if isinstance(error, CONNECTION_ERRORS):
        return "unreachable"
    if isinstance(error, auth.GoogleAuthError):
        return "denied"
    if is_transient(error):
        return "transient"
    code = getattr(error, "code", None)
    by_code = _KINDS_BY_CODE.get(code, "internal") if isinstance(code, int) else "internal"
    return _KINDS.get(reason_of(error) or "", by_code)


def message_of(error: BaseException) -> str:
    """The failure in one readable paragraph."""
    if isinstance(error, api.RetryError) and error.cause is not None:
        error = error.cause
    if isinstance(error, (requests.exceptions.ReadTimeout, concurrent.futures.TimeoutError)):
        return "no answer within the time allowed"
    if isinstance(error, CONNECTION_ERRORS):
        return f"the warehouse cannot be reached: {_innermost(error)}"
    if isinstance(error, auth.RefreshError):
        return f"the credentials were refused: {str(error.args[0]).rstrip('.')}. {RENEW}"
    errors: Any = getattr(error, "errors", None)
    text = str(errors[0].get("message") or "") if reason_of(error) else ""
    return text or _json_message(str(getattr(error, "message", None) or error)) or type(error).__name__


@contextlib.contextmanager
def in_words(doing: str) -> Iterator[None]:
    """Turn what the client raises into a WarehouseError that says what was being done."""
    try:
        yield
    except WarehouseError:
        raise
    except (api.GoogleAPIError, auth.GoogleAuthError, InvalidResponse, TimeoutError, *CONNECTION_ERRORS) as error:
        raise WarehouseError(f"{doing}: {message_of(error)}", kind_of(error)) from error


def _innermost(error: BaseException) -> str:
    """urllib3 wraps the operating system's sentence several times; dig it out."""
    seen: BaseException = error
    while True:
        inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        inner = inner if isinstance(inner, BaseException) else seen.__cause__
        if inner is None or inner is seen:
            return str(seen) or type(seen).__name__
        seen = inner


def _json_message(text: str) -> str:
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, TypeError, KeyError):
        return text.strip()
