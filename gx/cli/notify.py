"""``contracts notify``: try the webhooks that alerts go to."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gx.cli.project import refuse
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.alerts.settings import AlertSettings
    from gx.contracts.model import ContractSet
    from gx.judging.result import RunResult
    from gx.paths import Paths

Notify = Annotated[
    bool, typer.Option("--notify", help="Tell the alert webhooks what is new since the checkpoint's last run.")
]


def notify(
    test: Annotated[bool, typer.Option("--test", help="Send a test message to each configured webhook.")] = False,
    severity: Annotated[
        Literal["critical", "warning", "info"] | None,
        typer.Option("--severity", help="Only to the webhook of this severity."),
    ] = None,
) -> None:
    """Send a test message to the webhooks that alerts go to, and say what became of it.

    The webhooks are CONTRACTS_SLACK_WEBHOOK_CRITICAL, CONTRACTS_SLACK_WEBHOOK_WARNING and CONTRACTS_SLACK_WEBHOOK_INFO;
    CONTRACTS_SLACK_WEBHOOK stands in for those that are not set. Exit codes: 0 every message was taken, 3 one was not,
    64 nothing is configured.
    """
    from gx.alerts.delivery import Status
    from gx.alerts.send import send_test
    from gx.alerts.settings import SEVERITIES, WEBHOOK, masked, variable_of

    if not test:
        refuse("contracts notify --test tries the webhooks; the alerts of a run: contracts run CHECKPOINT --notify")
    settings = chosen_alerts()
    wanted = [severity] if severity else [name for name in SEVERITIES if name in settings.webhooks]
    if not wanted or not all(name in settings.webhooks for name in wanted):
        refuse(f"no webhook is configured: set {variable_of(severity or 'critical')} or {WEBHOOK}")
    deliveries = send_test(settings, wanted)
    for each in deliveries:
        tries = f" ({each.attempts} attempts)" if each.attempts > 1 else ""
        told = each.status.value if each.status is Status.SENT else f"{each.status.value}: {each.error}"
        print(f"{each.severity}: {masked(settings.webhooks[each.severity])} {told}{tries}")
    if any(each.status is not Status.SENT for each in deliveries):
        raise typer.Exit(ExitCode.NOT_EVALUATED)


def chosen_alerts() -> AlertSettings:
    """Where the environment wants alerts to go; refuses (64) an address that is none."""
    from gx.alerts.settings import SettingsError, settings_from

    try:
        return settings_from()
    except SettingsError as error:
        refuse(str(error))


def told(run: RunResult, project: ContractSet, paths: Paths, settings: AlertSettings) -> RunResult:
    """The run with what became of its alerts; what did not arrive is said on standard error."""
    from gx.alerts.document import deliveries_document, delivery_lines
    from gx.alerts.send import notify as tell_people

    deliveries = tell_people(run, project.contracts, paths.state, settings)
    for line in delivery_lines(deliveries):
        print(line, file=sys.stderr)
    return replace(run, notifications=deliveries_document(deliveries))
