"""Sends messages to webhooks within bounds of time, and says of each what became of it."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit

from gx.alerts.message import Message
from gx.alerts.settings import AlertSettings, masked

if TYPE_CHECKING:
    from slack_sdk.webhook import WebhookResponse

_LONGEST_ERROR = 200


class Status(StrEnum):
    """What became of something that a run had to say; ``silent`` means that nobody was to be told."""

    SENT = "sent"
    SILENT = "silent"
    FAILED = "failed"


@dataclass(frozen=True)
class Delivery:
    """One message and what became of it: ``severity`` names the webhook, ``kind`` why it was to be told."""

    severity: str
    kind: str
    cause: str
    status: Status
    error: str = ""
    attempts: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a webhook made of one message; no error means that it was taken. ``gone`` webhooks are not tried again."""

    error: str = ""
    attempts: int = 0
    gone: bool = False


def deliver(messages: Sequence[tuple[str, Message]], settings: AlertSettings, seconds: float) -> list[Outcome]:
    """Send each message to the address beside it; the outcomes in the same order, after ``seconds`` at the latest.

    The webhooks do not wait for each other; the messages of one go out in order.
    """
    late = Outcome(f"it was not done within {seconds:.0f} s")
    outcomes = [late] * len(messages)
    by_address: dict[str, list[int]] = defaultdict(list)
    for place, (address, _) in enumerate(messages):
        by_address[address].append(place)
    end = time.monotonic() + seconds

    def work(address: str, places: Iterable[int]) -> None:
        failed: Outcome | None = None
        for place in places:
            outcome = _not_tried(failed) if failed else send_one(address, messages[place][1], settings, end)
            outcomes[place] = outcome
            failed = failed or (outcome if outcome.gone else None)

    # Daemons: an answer that trickles in for ever must not keep the process alive.
    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in by_address.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return list(outcomes)


def _not_tried(failed: Outcome) -> Outcome:
    return Outcome(f"not tried, because the same webhook failed before: {failed.error}", gone=True)


def send_one(address: str, message: Message, settings: AlertSettings, end: float) -> Outcome:
    """Send one message: again after 429, 5xx and broken connections, as often as the settings allow until ``end``."""
    wait = settings.first_wait_seconds
    outcome = Outcome("no time was left to send it")
    for attempt in range(1, settings.attempts + 1):
        remaining = end - time.monotonic()
        if remaining <= 0:
            return outcome
        outcome, pause = _attempt(address, message, settings, remaining)
        outcome = replace(outcome, attempts=attempt)
        if pause is None or attempt == settings.attempts:
            return outcome
        pause = max(pause, wait)
        if pause > end - time.monotonic():
            return replace(outcome, error=f"{outcome.error}; no time is left to wait {pause:.0f} s and try again")
        time.sleep(pause)
        wait *= 2
    return outcome


def _attempt(address: str, message: Message, settings: AlertSettings, remaining: float) -> tuple[Outcome, float | None]:
    """One request: its outcome, and the seconds to wait before the next one; None when another would not help."""
    from slack_sdk.webhook import WebhookClient

    timeout = max(1, int(min(settings.request_seconds, remaining)))
    client = WebhookClient(address, timeout=timeout, retry_handlers=[], logger=_silent_logger())
    try:
        response = client.send(text=message.text, blocks=list(message.blocks), unfurl_links=False)
    except Exception as error:
        # Whatever breaks on the way, a webhook is no reason to stop a run.
        return Outcome(_without_address(_cause_of(error), address), gone=True), 0.0
    return _judged(response)


def _judged(response: WebhookResponse) -> tuple[Outcome, float | None]:
    status, body = response.status_code, (response.body or "").strip()
    if status == 200 and body == "ok":
        return Outcome(), None
    if status == 200:
        return Outcome("it answered 200 but not 'ok', so it is no Slack webhook", gone=True), None
    error = f"it answered {status}" + (f" {body[:80]!r}" if body.isascii() and body.isprintable() and body else "")
    if status == 429:
        return Outcome(error, gone=True), _retry_after(response.headers)
    if status >= 500:
        return Outcome(error, gone=True), 0.0
    return Outcome(error, gone=status in (401, 403, 404, 410)), None


def _retry_after(headers: Any) -> float:
    """Seconds that the webhook asks to wait: a number, or a date."""
    asked = str(headers.get("Retry-After") or headers.get("retry-after") or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _cause_of(error: BaseException) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return "it did not answer in time"
    return f"it could not be reached: {cause or type(cause).__name__}"


def _without_address(text: str, address: str) -> str:
    secret = urlsplit(address).path
    bare = text.replace(address, masked(address))
    return " ".join((bare.replace(secret, "/…") if len(secret) > 1 else bare).split())[:_LONGEST_ERROR]


def _silent_logger() -> logging.Logger:
    """Ours alone: the library logs addresses when it is asked for details."""
    logger = logging.Logger("contracts.alerts", level=logging.CRITICAL)
    logger.addHandler(logging.NullHandler())
    return logger
