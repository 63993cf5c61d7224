"""Which game dates an exported batch holds, as SQL that prunes partitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gx.contracts.model import Contract, Rule, Scope
from gx.planning.table_rows import WHOLE_TABLE


@dataclass(frozen=True)
class BatchWindow:
    """The days of a batch: ``start`` to ``end`` as of a day, or, without them, the last days before that of the run.

    ``last_days`` are calendar days in ``zone``, since SQL knows no game dates. As of a day, dates before it are
    historical and it and later ones upcoming, as in a run.
    """

    zone: str
    last_days: int = 3
    start: date | None = None
    end: date | None = None
    as_of: date | None = None

    @property
    def words(self) -> str:
        """The window in a few words."""
        return f"{self.start} to {self.end}" if self.start and self.end else f"the last {self.last_days} days"

    def plain(self) -> dict[str, Any]:
        """The window as JSON keeps it; :func:`window_of` reads it back."""
        if self.start and self.end:
            dates = {"start": self.start, "end": self.end, "as_of": self._as_of(self.end)}
            return {"zone": self.zone, **{name: day.isoformat() for name, day in dates.items()}}
        return {"zone": self.zone, "last_days": self.last_days}

    def _as_of(self, end: date) -> date:
        return self.as_of or end + timedelta(days=1)

    def bounds(self, rule: Rule, contract: Contract) -> tuple[str, str] | None:
        """First and last date that a rule speaks of, as SQL; None when the window holds none of its dates."""
        if rule.scope in (Scope.TABLE, Scope.SNAPSHOT):
            return _literal(WHOLE_TABLE[0]), _literal(WHOLE_TABLE[1])
        if self.start and self.end:
            return self._fixed(rule, self.start, self.end)
        today = f"CURRENT_DATE('{self.zone}')"
        if rule.scope is Scope.UPCOMING:
            return today, today
        return f"DATE_SUB({today}, INTERVAL {self.last_days} DAY)", f"DATE_SUB({today}, INTERVAL 1 DAY)"

    def _fixed(self, rule: Rule, start: date, end: date) -> tuple[str, str] | None:
        as_of = self._as_of(end)
        if rule.scope is Scope.UPCOMING:
            start = max(start, as_of)
        else:
            end = min(end, as_of - timedelta(days=1))
        return (_literal(start), _literal(end)) if start <= end else None


def window_of(plain: dict[str, Any]) -> BatchWindow:
    """The window that :meth:`BatchWindow.plain` wrote."""
    dates = {name: date.fromisoformat(plain[name]) for name in ("start", "end", "as_of") if name in plain}
    return BatchWindow(str(plain["zone"]), int(plain.get("last_days", 3)), **dates)


def predicate(contract: Contract, first: str, last: str) -> str:
    """Bounds on the partition column; a TIMESTAMP column is bounded by days in UTC."""
    column = contract.column(contract.partition or "")
    if column is not None and column.type == "TIMESTAMP":
        after = f"TIMESTAMP(DATE_ADD({last}, INTERVAL 1 DAY))"
        return f"`{column.name}` >= TIMESTAMP({first}) AND `{column.name}` < {after}"
    return f"`{contract.partition}` BETWEEN {first} AND {last}"


def _literal(day: date) -> str:
    return f"DATE '{day}'"
