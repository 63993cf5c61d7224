"""What can go wrong on the way to a bucket, as a person should read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gx.publishing.address import BucketAddress
from gx.warehouse.retries import CONNECTION_ERRORS, kind_of, message_of

MANUAL = "docs/publish.md says which role it needs"


class PublishingError(Exception):
    """The bucket did not do what it was asked; the same command may be given again."""


class PublishingRefusedError(Exception):
    """Nothing was sent, because it would have done harm; the message says what to do instead."""


@contextmanager
def in_words(doing: str, address: BucketAddress, missing: str = "") -> Iterator[None]:
    """Turn what Google's client raises into a PublishingError that says what was being done.

    ``missing`` says what a 404 means; by default, that there is no such bucket.
    """
    from google.api_core import exceptions as api
    from google.auth import exceptions as auth
    from google.resumable_media import DataCorruption, InvalidResponse

    raised = (api.GoogleAPIError, auth.GoogleAuthError, InvalidResponse, DataCorruption, *CONNECTION_ERRORS)
    try:
        yield
    except api.PreconditionFailed as error:
        raise PublishingError(f"{doing}: somebody else wrote it at the same time. Give the command again.") from error
    except (TimeoutError, *raised) as error:
        gone = missing or f"there is no bucket `{address.bucket}`, or this account may not see it"
        raise PublishingError(f"{doing}: {_words(error, gone)}") from error


def _words(error: BaseException, missing: str) -> str:
    kind = kind_of(error)
    if kind == "not_found":
        return missing
    if kind == "denied":
        return f"denied: {_said(error)} ({MANUAL})"
    if kind == "unreachable":
        return "Cloud Storage cannot be reached: " + message_of(error).rpartition("cannot be reached: ")[2]
    return _said(error)


def _said(error: BaseException) -> str:
    """What the server said, without the request that the client puts around it."""
    response = getattr(error, "response", None)
    try:
        return str(response.json()["error"]["message"])  # type: ignore[union-attr]  # None has no such attribute
    except (AttributeError, ValueError, TypeError, KeyError):
        return message_of(error)
