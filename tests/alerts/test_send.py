"""Telling through webhooks that answer, refuse, hesitate or are not there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import jsonschema
import pytest

from gx.alerts.delivery import Delivery
from gx.alerts.document import deliveries_document, deliveries_schema, delivery_lines
from gx.alerts.memory import memory_file, sole_teller
from gx.alerts.send import notify
from gx.alerts.settings import AlertSettings, SettingsError, settings_from
from gx.contracts.model import Contract
from gx.judging.result import RunResult
from tests.alerts.runs import CONTEXT, FACTORS, WARN, broken, context_hole, rule, run
from tests.alerts.webhook import SECRET, Answer, Webhook

HOLE = run(rule(CONTEXT, "fallback_is_complete", broken()))
WHOLE = run(rule(CONTEXT, "fallback_is_complete"), number=2)


class Desk:
    """Tells runs to one webhook, quick to give up."""

    def __init__(self, contracts: Mapping[str, Contract], state: Path, webhook: Webhook) -> None:
        self.contracts, self.state, self.webhook = contracts, state, webhook
        self.settings = AlertSettings(webhook.addresses(), request_seconds=1, total_seconds=10, first_wait_seconds=0.01)

    def tell(self, made: RunResult) -> list[Delivery]:
        """What became of it, checked against the published schema, with no secret in it."""
        found = notify(made, self.contracts, self.state, self.settings)
        document = deliveries_document(found)
        jsonschema.validate(json.loads(json.dumps(document)), deliveries_schema())
        assert SECRET not in json.dumps(document) + repr(self.settings)
        return found

    def statuses(self, made: RunResult) -> list[tuple[str, str]]:
        """Kind and status of each."""
        return [(each.kind, each.status.value) for each in self.tell(made)]


@pytest.fixture
def desk(contracts: Mapping[str, Contract], tmp_path: Path, webhook: Webhook) -> Desk:
    """A desk with an empty memory."""
    return Desk(contracts, tmp_path / "state", webhook)


def test_a_hole_is_told_once_then_its_healing(desk: Desk) -> None:
    told = [desk.statuses(run(*context_hole(), number=number)) for number in (1, 2)]
    assert told == [[("new", "sent")], [("unchanged", "silent")]]
    whole = [
        replace(each, verdict=WHOLE.verdict, partitions=(), partition_counts={"pass": 7}) for each in context_hole()
    ]
    assert desk.statuses(run(*whole, number=3)) == [("healed", "sent")]
    assert desk.webhook.headlines == [
        f"Broken: {CONTEXT} on 2023-02-23 and 2023-02-24",
        f"Healed: {CONTEXT} on 2023-02-23 and 2023-02-24",
    ]
    assert "since the run daily-1 of 2023-02-27, in 2 runs" in json.dumps(desk.webhook.taken[1])


def test_each_severity_has_its_webhook_and_a_warning_is_not_lost_beside_a_failure(desk: Desk) -> None:
    desk.tell(run(rule(CONTEXT, "one", broken(WARN)), rule(FACTORS, "two", broken())))
    assert sorted(desk.webhook.paths) == ["critical", "warning"]


def test_a_severity_without_a_webhook_is_told_once_it_has_one(desk: Desk) -> None:
    warned, all_addresses = run(rule(CONTEXT, "one", broken(WARN))), desk.settings
    desk.settings = replace(all_addresses, webhooks=desk.webhook.addresses("critical"))
    (silent,) = desk.tell(warned)
    assert (silent.status, "CONTRACTS_SLACK_WEBHOOK_WARNING" in silent.error) == ("silent", True)
    desk.settings = all_addresses
    assert desk.statuses(warned) == [("new", "sent")]


@pytest.mark.parametrize("answer", [Answer(404, "no_service"), Answer(410, "gone"), Answer(403), Answer(400)])
def test_a_refusal_is_final_said_aloud_and_told_again_by_the_next_run(desk: Desk, answer: Answer) -> None:
    desk.webhook.answers = [answer]
    (failed,) = desk.tell(HOLE)
    assert (failed.status, failed.attempts, desk.webhook.requests) == ("failed", 1, 1)
    (line,) = delivery_lines([failed])
    assert str(answer.status) in line and CONTEXT in line
    desk.webhook.answers = [Answer()]
    assert desk.statuses(HOLE) == [("new", "sent")]
    assert list(delivery_lines(desk.tell(HOLE))) == []


def test_a_server_that_stumbles_twice_is_tried_a_third_time(desk: Desk) -> None:
    desk.webhook.answers = [Answer(500), Answer(503), Answer()]
    (sent,) = desk.tell(HOLE)
    assert (sent.status, sent.attempts, len(desk.webhook.taken)) == ("sent", 3, 1)


def test_a_server_that_stays_down_is_not_tried_for_ever(desk: Desk) -> None:
    desk.webhook.answers = [Answer(500)]
    (failed,) = desk.tell(HOLE)
    assert (failed.status, failed.attempts, desk.webhook.requests) == ("failed", 3, 3)


@pytest.mark.parametrize("as_date", [False, True])
def test_a_wait_that_the_webhook_asks_for_is_kept(desk: Desk, as_date: bool) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2) if as_date else datetime.now(UTC)
    asked = format_datetime(due, usegmt=True) if as_date else "1"
    desk.webhook.answers = [Answer(429, "rate_limited", (("Retry-After", asked),)), Answer()]
    begun = time.monotonic()
    (sent,) = desk.tell(HOLE)
    assert (sent.status, sent.attempts) == ("sent", 2)
    assert datetime.now(UTC) >= due
    assert as_date or time.monotonic() - begun >= 1


def test_a_wait_beyond_the_bound_is_not_begun(desk: Desk) -> None:
    desk.webhook.answers = [Answer(429, headers=(("Retry-After", "3600"),))]
    begun = time.monotonic()
    (failed,) = desk.tell(HOLE)
    assert "3600 s" in failed.error
    assert time.monotonic() - begun < 15


def test_a_webhook_that_does_not_answer_costs_bounded_time(desk: Desk) -> None:
    desk.webhook.answers = [Answer(seconds=30)]
    desk.settings = replace(desk.settings, attempts=2)
    begun = time.monotonic()
    (failed,) = desk.tell(HOLE)
    assert (failed.status, failed.attempts, failed.error) == ("failed", 2, "it did not answer in time")
    assert time.monotonic() - begun < 15


def test_an_answer_that_trickles_in_costs_bounded_time(desk: Desk) -> None:
    desk.webhook.answers = [Answer(trickle=True)]
    desk.settings = replace(desk.settings, total_seconds=1.5)
    begun = time.monotonic()
    assert desk.statuses(HOLE) == [("new", "failed")]
    assert time.monotonic() - begun < 15


def test_nobody_listens(desk: Desk) -> None:
    desk.settings = replace(desk.settings, webhooks={"critical": "http://127.0.0.1:9/services/" + SECRET})
    (failed,) = desk.tell(HOLE)
    assert (failed.status, failed.attempts) == ("failed", 3)
    assert "could not be reached" in failed.error


def test_a_login_page_is_no_webhook(desk: Desk) -> None:
    desk.webhook.answers = [Answer(200, "<html>sign in</html>")]
    (failed,) = desk.tell(HOLE)
    assert "not 'ok'" in failed.error


def test_a_dead_webhook_is_given_up_and_the_others_are_not(desk: Desk, webhook: Webhook) -> None:
    errors = [rule(CONTEXT, f"rule_{word}", error=f"denied: {word}") for word in ("one", "two", "three")]
    dead = webhook.addresses() | {"critical": "http://127.0.0.1:9/dead"}
    desk.settings = replace(desk.settings, webhooks=dead)
    found = desk.tell(run(*errors, rule(FACTORS, "two", broken(WARN))))
    assert sorted((each.severity, each.status.value, each.attempts) for each in found) == [
        ("critical", "failed", 0),
        ("critical", "failed", 0),
        ("critical", "failed", 3),
        ("warning", "sent", 1),
    ]


def test_many_causes_are_ten_messages_and_a_list(desk: Desk) -> None:
    every = [rule(name, "one", error=f"denied: {name}") for name in desk.contracts]
    found = desk.tell(run(*every))
    assert [each.kind for each in found] == ["new"] * 10 + ["rest"]
    assert len(desk.webhook.taken) == 11
    assert f"{len(every) - 10} more in daily" in desk.webhook.headlines[-1]
    assert {each.status for each in desk.tell(run(*every))} == {"silent"}, "what was listed counts as told"


def test_a_rest_of_one_is_told_as_itself(desk: Desk) -> None:
    found = desk.tell(run(*(rule(name, "one", error=f"denied: {name}") for name in list(desk.contracts)[:11])))
    assert [each.kind for each in found] == ["new"] * 11


def test_without_any_webhook_the_want_is_said_even_when_all_is_well(desk: Desk) -> None:
    desk.settings = AlertSettings()
    for made in (HOLE, WHOLE):
        (problem,) = desk.tell(made)
        assert (problem.kind, problem.status) == ("problem", "failed")
        assert "CONTRACTS_SLACK_WEBHOOK" in problem.error


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", '{"schema": "else"}', '{"schema": "contracts.alerts/1"}', "\udcff"]
)
def test_a_memory_that_cannot_be_read_is_said_and_everything_told_again(desk: Desk, text: str) -> None:
    desk.tell(HOLE)
    memory_file(desk.state, "daily").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert sorted(desk.statuses(HOLE)) == [("new", "sent"), ("problem", "failed")]
    assert desk.statuses(HOLE) == [("unchanged", "silent")], "the file is sound again"


def test_a_state_folder_that_cannot_be_written_costs_no_alert(desk: Desk) -> None:
    desk.state.write_text("a file where the folder should be")
    assert sorted(desk.statuses(HOLE)) == [("new", "sent"), ("problem", "failed"), ("problem", "failed")]


def test_two_runs_at_once_tell_it_once(desk: Desk) -> None:
    desk.webhook.answers = [Answer(seconds=0.3)]
    desk.tell(WHOLE)
    threads = [threading.Thread(target=desk.tell, args=(HOLE,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.webhook.taken) == 1


def test_a_run_does_not_wait_for_ever_for_another(desk: Desk) -> None:
    desk.settings = replace(desk.settings, total_seconds=0.6)
    with sole_teller(memory_file(desk.state, "daily"), 1):
        (problem,) = desk.tell(HOLE)
    assert "another run" in problem.error
    assert desk.statuses(HOLE) == [("new", "sent")]


def test_telling_does_not_change_the_run_and_never_raises(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_grouping(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("gx.alerts.send.find_causes", broken_grouping)
    (problem,) = desk.tell(HOLE)
    assert "boom" in problem.error
    assert HOLE.verdict == "fail"


def test_checkpoints_remember_apart(desk: Desk) -> None:
    desk.tell(HOLE)
    assert desk.statuses(run(*HOLE.rules, checkpoint="season_audit")) == [("new", "sent")]


def test_the_environment_names_the_webhooks() -> None:
    general, special = "https://hooks.example/a", "https://hooks.example/b"
    found = settings_from(
        {
            "CONTRACTS_SLACK_WEBHOOK": general,
            "CONTRACTS_SLACK_WEBHOOK_CRITICAL": special,
            "CONTRACTS_DOCS_URL": "https://docs.example/x/",
        }
    )
    assert found.webhooks == {"critical": special, "warning": general, "info": general}
    assert found.docs_url == "https://docs.example/x"
    assert settings_from({}).webhooks == {}


@pytest.mark.parametrize(
    "address",
    ["hooks.example/secret", "http://hooks.example/secret", "ftp://x/secret", "https://[x/secret", "https:// /secret"],
)
def test_a_wrong_address_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(SettingsError, match="CONTRACTS_SLACK_WEBHOOK_INFO") as refused:
        settings_from({"CONTRACTS_SLACK_WEBHOOK_INFO": address})
    assert "secret" not in str(refused.value)
