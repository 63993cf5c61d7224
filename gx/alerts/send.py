"""Tells people what a run found: once a cause, to the webhook of its severity, and nothing while nothing changed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from gx.alerts.causes import find_causes
from gx.alerts.delivery import Delivery, Outcome, Status, deliver
from gx.alerts.document import PROBLEM, REST
from gx.alerts.memory import Told, memory_file, read_memory, sole_teller, write_memory
from gx.alerts.message import Message, message_of, rest_message, sample_message
from gx.alerts.news import Item, Kind, news, remember
from gx.alerts.settings import SEVERITIES, WEBHOOK, AlertSettings, variable_of
from gx.alerts.upstream import Upstream
from gx.contracts.model import Contract
from gx.judging.result import RunResult

TEST = "test"
"""The kind of a message that only tries a webhook."""

_NO_WEBHOOK = f"no webhook: set {WEBHOOK}, or {variable_of('critical')} and its siblings"


def notify(run: RunResult, contracts: Mapping[str, Contract], state: Path, settings: AlertSettings) -> list[Delivery]:
    """Tell what is new in a run and remember it below ``state``; each message, or silence, with its outcome.

    It never raises, ends within about ``settings.total_seconds``, and does not change the run. What could not be
    delivered is not remembered as told, so the next run tries again.
    """
    if not settings.webhooks:
        return [_problem(_NO_WEBHOOK)]
    try:
        return _notify(run, contracts, state, settings)
    except Exception as error:
        # An alert that breaks is told like one that did not arrive: it never costs the verdict.
        return [_problem(f"the alerts themselves failed: {type(error).__name__}: {str(error)[:200]}")]


def send_test(settings: AlertSettings, severities: Sequence[str] = SEVERITIES) -> list[Delivery]:
    """A test message to the webhook of each severity that has one."""
    messages = [sample_message(name, settings) for name in severities if name in settings.webhooks]
    addressed = [(settings.webhooks[message.severity], message) for message in messages]
    outcomes = deliver(addressed, settings, settings.total_seconds)
    return [_delivery(TEST, message, outcome) for message, outcome in zip(messages, outcomes, strict=True)]


def _notify(run: RunResult, contracts: Mapping[str, Contract], state: Path, settings: AlertSettings) -> list[Delivery]:
    end = time.monotonic() + settings.total_seconds
    file, problems, alone = memory_file(state, run.checkpoint), list[Delivery](), True
    with ExitStack() as stack:
        try:
            stack.enter_context(sole_teller(file, settings.total_seconds / 3))
        except TimeoutError as error:
            return [_problem(str(error))]
        except OSError as error:
            alone = False
            problems.append(_problem(f"what is told now cannot be remembered and will be told again: {error.strerror}"))
        memory = _memory(file, problems)
        items = news(find_causes(run, _upstream(run, contracts)), memory, run)
        deliveries, unheard = _tell(items, run, settings, end - time.monotonic())
        if alone:
            _keep(file, run.checkpoint, remember(items, unheard, memory, run), problems)
    return [*deliveries, *problems]


def _upstream(run: RunResult, contracts: Mapping[str, Contract]) -> Upstream:
    from gx.rules.registry import families

    return Upstream(run, contracts, families())


def _memory(file: Path, problems: list[Delivery]) -> tuple[Told, ...]:
    try:
        return read_memory(file)
    except (ValueError, OSError) as error:
        problems.append(_problem(f"{file.name} could not be read, so everything is told again: {error}"))
        return ()


def _keep(file: Path, checkpoint: str, memory: Sequence[Told], problems: list[Delivery]) -> None:
    try:
        write_memory(file, checkpoint, memory)
    except OSError as error:
        problems.append(_problem(f"what was told now is not remembered and will be told again: {error.strerror}"))


def _tell(
    items: Sequence[Item], run: RunResult, settings: AlertSettings, seconds: float
) -> tuple[list[Delivery], set[int]]:
    """Send what is news; the deliveries, and the places of the items that nobody heard of."""
    deliveries, unheard = _silent(items, settings)
    places = [
        place
        for place, item in enumerate(items)
        if item.kind is not Kind.UNCHANGED and item.severity in settings.webhooks
    ]
    batches = [([place], message_of(items[place], run, settings)) for place in places[: settings.most_messages]]
    batches += _rest(items, places[settings.most_messages :], run, settings)
    addressed = [(settings.webhooks[message.severity], message) for _, message in batches]
    for (of_message, message), outcome in zip(batches, deliver(addressed, settings, seconds), strict=True):
        kind = items[of_message[0]].kind.value if len(of_message) == 1 else REST
        deliveries.append(_delivery(kind, message, outcome))
        unheard |= set(of_message) if outcome.error else set()
    return deliveries, unheard


def _silent(items: Sequence[Item], settings: AlertSettings) -> tuple[list[Delivery], set[int]]:
    """What is not sent: unchanged causes, and those whose severity has no webhook; the latter nobody hears of.

    Nobody waits for the end of a story whose channel is gone; its beginning is told once there is one.
    """
    deliveries, unheard = list[Delivery](), set[int]()
    for place, item in enumerate(items):
        if item.kind is Kind.UNCHANGED and item.cause:
            deliveries.append(_silence(item))
        elif item.kind is not Kind.UNCHANGED and item.severity not in settings.webhooks:
            deliveries.append(_silence(item, f"no webhook for it: set {variable_of(item.severity)} or {WEBHOOK}"))
            unheard |= {place} if item.cause else set()
    return deliveries, unheard


def _rest(
    items: Sequence[Item], places: Sequence[int], run: RunResult, settings: AlertSettings
) -> list[tuple[list[int], Message]]:
    """One message a severity for what is too much to be told one by one: warnings are not dropped for criticals."""
    found = []
    for severity in SEVERITIES:
        mine = [place for place in places if items[place].severity == severity]
        if len(mine) == 1:
            found.append((mine, message_of(items[mine[0]], run, settings)))
        elif mine:
            found.append((mine, rest_message([items[place] for place in mine], severity, run, settings)))
    return found


def _delivery(kind: str, message: Message, outcome: Outcome) -> Delivery:
    status = Status.FAILED if outcome.error else Status.SENT
    return Delivery(message.severity, kind, message.title, status, outcome.error, outcome.attempts)


def _silence(item: Item, why: str = "") -> Delivery:
    return Delivery(item.severity, item.kind.value, item.title, Status.SILENT, why)


def _problem(error: str) -> Delivery:
    return Delivery("critical", PROBLEM, "the alerts", Status.FAILED, error)
