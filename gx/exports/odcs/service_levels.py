"""When a table's rows are due, from the calendar, as the standard's service levels."""

from __future__ import annotations

from typing import Any

from open_data_contract_standard.model import ServiceLevelAgreementProperty as ServiceLevel

from gx.contracts.calendar_file import CalendarFile
from gx.contracts.model import Contract


def service_levels(contract: Contract, calendar: CalendarFile) -> list[ServiceLevel]:
    """Latency in hours after a game date's midnight, one slate a game date, first and last date of the source."""
    timing = calendar.tables.get(contract.table)
    if timing is None:
        return []
    table = contract.table.partition(".")[2]
    element = f"{table}.{contract.partition}" if contract.partition else table
    due = f"Rows of a game date are due {timing.due_hours} hours after its 00:00, {calendar.time_zone} time."
    found = [ServiceLevel(property="latency", value=timing.due_hours, unit="h", element=element, description=due)]
    if contract.partition:
        often = "Every date of the table's calendar; summers, breaks and days without games have none."
        found.append(ServiceLevel(property="frequency", value=1, unit="d", element=element, description=often))
    if timing.active_from:
        first = "First date that was ever collected."
        found.append(_dated("generalAvailability", timing.active_from.isoformat(), element, first))
    if timing.active_until:
        last = "Last date of a source that was switched off."
        found.append(_dated("endOfSupport", timing.active_until.isoformat(), element, last))
    return found


def _dated(name: str, day: str, element: str, description: str) -> ServiceLevel:
    return ServiceLevel(property=name, value=day, element=element, description=description)


def calendar_property(contract: Contract, calendar: CalendarFile) -> dict[str, Any] | None:
    """What the service levels cannot say: the first days of a season and the halts that excuse the table."""
    timing = calendar.tables.get(contract.table)
    if timing is None:
        return None
    found: dict[str, Any] = {"timeZone": calendar.time_zone, "source": timing.source}
    if timing.bootstrap:
        found["bootstrapDays"] = calendar.bootstrap_days
    if timing.first_dates:
        found["firstDates"] = {season: day.isoformat() for season, day in timing.first_dates.items()}
    halts = [halt for halt in calendar.halts if contract.table in halt.tables]
    if halts:
        found["halts"] = [halt.model_dump(mode="json", exclude_none=True, exclude={"tables"}) for halt in halts]
    return found
