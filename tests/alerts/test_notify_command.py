"""``contracts notify --test``."""

from __future__ import annotations

import pytest

from gx.cli.main import run_cli
from tests.alerts.webhook import SECRET, Answer, Webhook


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No webhook of the machine's own."""
    for name in ("", "_CRITICAL", "_WARNING", "_INFO"):
        monkeypatch.delenv(f"CONTRACTS_SLACK_WEBHOOK{name}", raising=False)


def test_each_webhook_gets_a_message(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTRACTS_SLACK_WEBHOOK", webhook.address("all"))
    monkeypatch.setenv("CONTRACTS_SLACK_WEBHOOK_CRITICAL", webhook.address("critical"))
    assert run_cli(["notify", "--test"]) == 0
    assert sorted(webhook.paths) == ["all", "all", "critical"]
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == "critical: http://127.0.0.1/… sent"
    assert SECRET not in printed


def test_one_severity_may_be_chosen(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTS_SLACK_WEBHOOK", webhook.address())
    assert run_cli(["notify", "--test", "--severity", "warning"]) == 0
    assert "severity warning" in webhook.taken[0]["text"]


def test_a_webhook_that_refuses_exits_3(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    webhook.answers = [Answer(404, "no_service")]
    monkeypatch.setenv("CONTRACTS_SLACK_WEBHOOK_CRITICAL", webhook.address())
    assert run_cli(["notify", "--test"]) == 3
    assert capsys.readouterr().out == "critical: http://127.0.0.1/… failed: it answered 404 'no_service'\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notify", "--test"], "no webhook is configured"),
        (["notify", "--test", "--severity", "info"], "CONTRACTS_SLACK_WEBHOOK_INFO"),
        (["notify"], "--test"),
    ],
)
def test_usage_errors_exit_64(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(words) == 64
    assert said in capsys.readouterr().err


def test_a_wrong_address_exits_64_unseen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CONTRACTS_SLACK_WEBHOOK", f"http://hooks.example/{SECRET}")
    assert run_cli(["notify", "--test"]) == 64
    assert SECRET not in capsys.readouterr().err
