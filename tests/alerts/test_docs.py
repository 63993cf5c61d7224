"""docs/alerts.md shows what is really sent and printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from gx.alerts.causes import find_causes
from gx.alerts.message import Message, message_of
from gx.alerts.news import FORGET_AFTER_DAYS, news
from gx.alerts.settings import DOCS_URL, RUN_URL, WEBHOOK, AlertSettings, variable_of
from gx.alerts.upstream import Upstream
from gx.cli.main import run_cli
from gx.contracts.model import Contract
from gx.judging.result import PartitionResult, RuleResult
from gx.rules.registry import families
from tests.alerts.runs import CONTEXT, FACTORS, FAIL, HOLE, run
from tests.alerts.webhook import Webhook

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
SAID = ("1 of 187 keys are there (0.5%), 186 are missing", "68 of 175 keys are there (38.9%), 107 are missing")


def as_text(message: Message) -> str:
    """A message as the page shows it: a line a text."""
    lines = []
    for block in message.blocks:
        for text in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
            lines += [re.sub(r"<([^|]+)\|([^>]+)>", r"\2: \1", text["text"]).replace("\n```", "")] if text else []
    return "\n".join(lines)


def told_by(contract: Contract, name: str, kind: str | None) -> RuleResult:
    """A rule of the repository with what it said of the two dates of I-03."""
    rule = contract.rule(name)
    assert rule
    family = families()[rule.expectation]
    return RuleResult(
        table=contract.table,
        rule=name,
        expectation=rule.expectation,
        severity=rule.severity.value,
        scope=rule.scope.value,
        verdict=FAIL,
        words=family.words(rule, contract),
        why=rule.why,
        remedy=rule.remedy,
        incident=rule.incident,
        owner=contract.header.owner,
        partitions=[
            PartitionResult(day, FAIL, classification=kind, detail=text) for day, text in zip(HOLE, SAID, strict=True)
        ],
    )


def test_the_page_shows_the_message_of_i_03(contracts: Mapping[str, Contract]) -> None:
    made = run(
        told_by(contracts[CONTEXT], "fallback_is_complete", "PARTIAL"),
        told_by(contracts[FACTORS], "covers_players_who_played", None),
    )
    (item,) = news(find_causes(made, Upstream(made, contracts, families())), (), made)
    shown = as_text(message_of(item, made, AlertSettings(docs_url="https://docs.example")))
    assert f"```text\n{shown}\n```" in PAGE, shown


def test_the_page_shows_what_the_test_prints(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    webhook.deleted = {"warning"}
    for severity in ("critical", "warning", "info"):
        monkeypatch.setenv(variable_of(severity), webhook.address(severity))
    assert run_cli(["notify", "--test"]) == 3
    printed = capsys.readouterr().out.replace("http://127.0.0.1", "https://hooks.slack.com")
    assert f"```text\n{printed}```" in PAGE, printed


def test_the_page_names_every_setting_and_bound() -> None:
    settings = AlertSettings()
    for variable in (WEBHOOK, variable_of("critical"), variable_of("warning"), variable_of("info"), DOCS_URL, RUN_URL):
        assert f"`{variable}`" in PAGE
    for bound in (
        f"{settings.attempts} attempts",
        f"{settings.request_seconds} s",
        f"{settings.total_seconds:.0f} s",
        f"{settings.most_messages} messages",
        f"{FORGET_AFTER_DAYS} days",
    ):
        assert bound in PAGE
