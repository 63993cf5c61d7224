"""A run's byte budget: what its statements would read, by dry run, and which of them may be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from gx.planning.statement import MeasurementFailure, Statement

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

type Sizes = Mapping[str, int | MeasurementFailure | None]
"""Bytes that a statement would process, by its name; None is unknown."""

SHOWN = 3
"""How many of the costliest statements, and of the rules of each, a refusal names."""

_UNITS = {
    **{"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12},
    **{"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40},
}
_NUMBER = re.compile(r"(?P<number>[0-9]{1,18}(?:\.[0-9]{1,9})?) ?(?P<unit>[A-Za-z]*)")
UNKNOWN = "bytes are unknown on the embedded warehouse; the limit was not checked"


def parse_bytes(text: str) -> int:
    """Bytes as people write them: ``2000000000``, ``2GB`` (10^9) or ``2GiB`` (2^30).

    Raises:
        ValueError: it is no number of bytes above 0; the message says what is allowed.
    """
    found = _NUMBER.fullmatch(text.strip())
    unit = _UNITS.get(found["unit"].upper(), 0) if found else 0
    size = int(Decimal(found["number"]) * unit) if found else 0
    if size <= 0:
        raise ValueError(f"{text!r} is no number of bytes above 0; allowed: 2000000000, 2GB (10^9) or 2GiB (2^30)")
    return size


@dataclass(frozen=True)
class Limits:
    """What may be read, in bytes; None is no limit.

    ``total`` is ``--max-bytes``, for all statements of a run together; ``per_statement`` is the warehouse URL's
    ``maximum_bytes_billed``, which BigQuery itself holds every job to.
    """

    total: int | None = None
    per_statement: int | None = None

    def __bool__(self) -> bool:
        return self.total is not None or self.per_statement is not None

    def __str__(self) -> str:
        whole = [f"--max-bytes allows {self.total:,}"] if self.total is not None else []
        each = [f"maximum_bytes_billed allows {self.per_statement:,} each"] if self.per_statement is not None else []
        return " and ".join(whole + each)


@dataclass(frozen=True)
class Estimate:
    """What the statements would read, as far as the dry run tells."""

    statements: Sequence[Statement]
    sizes: Sizes

    @property
    def known(self) -> dict[str, int]:
        """The bytes of the statements that were told, the costliest first."""
        told = {name: size for name, size in self.sizes.items() if isinstance(size, int)}
        return dict(sorted(told.items(), key=lambda item: (-item[1], item[0])))

    @property
    def total(self) -> int:
        """The known bytes together."""
        return sum(self.known.values())

    @property
    def unknown(self) -> list[str]:
        """The statements of which the warehouse does not know what they read."""
        return [name for name, size in self.sizes.items() if size is None]

    def why_not(self, limits: Limits) -> str | None:
        """Why the statements may not be sent together, in a sentence without its full stop; None when they may."""
        if limits.total is not None and self.total > limits.total:
            over = self.total - limits.total
            return f"the run would read {self.total:,} bytes, {over:,} more than --max-bytes allows ({limits.total:,})"
        if large := self._too_large(limits):
            count = "1 statement" if len(large) == 1 else f"{len(large)} statements"
            bound = f"than the warehouse URL's maximum_bytes_billed allows ({limits.per_statement:,})"
            return f"{count} would read more bytes {bound}"
        return None

    def advice(self, limits: Limits) -> str:
        """The costliest statements with their rules, and what would fit."""
        shown = [self._named(name, size) for name, size in list(self.known.items())[:SHOWN]]
        return f"Costliest: {'; '.join(shown)}. {self._what_fits(limits)} Fewer dates read less."

    def _too_large(self, limits: Limits) -> list[str]:
        bound = limits.per_statement
        return [] if bound is None else [name for name, size in self.known.items() if size > bound]

    def _named(self, name: str, size: int) -> str:
        rules = next(statement.rules for statement in self.statements if statement.name == name)
        own = [rule.rpartition(".")[2] for rule in rules]
        more = f" and {len(own) - SHOWN} more" if len(own) > SHOWN else ""
        return f"{name} {size:,} bytes" + (f" (rules {', '.join(own[:SHOWN])}{more})" if own else "")

    def _what_fits(self, limits: Limits) -> str:
        """Which statements to do without, the costliest first; those that other rules lean on have to stay."""
        needed = {statement.name for statement in self.statements if not statement.rules}
        kept, dropped = dict(self.known), []
        for name, size in self.known.items():
            large = limits.per_statement is not None and size > limits.per_statement
            if name not in needed and (large or (limits.total is not None and sum(kept.values()) > limits.total)):
                dropped.append(name)
                del kept[name]
        largest = max(self.known.values(), default=0)
        raised = [f"--max-bytes {self.total}"] if limits.total is not None and self.total > limits.total else []
        raised += [f"maximum_bytes_billed={largest}"] if self._too_large(limits) else []
        whole = f"The whole run fits {' and '.join(raised)}."
        if not set(kept) - needed:
            return f"No statement fits on its own. {whole}"
        return f"Without {', '.join(dropped)} the other {len(kept)} fit ({sum(kept.values()):,} bytes). {whole}"


@dataclass(frozen=True)
class Approval:
    """Which statements may be sent, the failures of those that may not, and what the run's notes tell of it.

    ``refusal`` is why the whole run was refused, if it was: then no job at all may be sent.
    """

    send: Sequence[Statement]
    failures: Mapping[str, MeasurementFailure]
    notes: Sequence[str] = ()
    refusal: str | None = None


@dataclass
class Budget:
    """What a run may still read; nothing is asked of the warehouse where there are no limits.

    Dry runs are free and run no job. A statement whose dry run fails has failed, and the others go on.
    """

    limits: Limits
    spent: int = 0
    """The estimated bytes of what was approved so far."""

    def whole(self, warehouse: Warehouse, statements: Sequence[Statement]) -> Approval:
        """Approve the first wave: all of its statements, or none of them."""
        if not self.limits:
            return Approval(statements, {})
        estimate, failures = self._ask(warehouse, statements)
        if why := estimate.why_not(self.limits):
            refusal = f"{why}; no job was sent"
            failures |= {
                name: MeasurementFailure(name, "budget", f"{refusal}; {name} alone: {_told(size)}")
                for name, size in estimate.sizes.items()
            }
            notes = [f"Refused before the first job: {why}. {estimate.advice(self.limits)}"]
            return Approval((), failures, notes, refusal)
        self.spent += estimate.total
        return Approval(estimate.statements, failures, [f"Dry run: {self._sum(estimate)}."] if statements else ())

    def what_fits(self, warehouse: Warehouse, statements: Sequence[Statement], purpose: str) -> Approval:
        """Approve of a later wave what the rest of the budget allows, the cheapest first."""
        if not self.limits or not statements:
            return Approval(statements, {})
        estimate, failures = self._ask(warehouse, statements)
        for name, size in reversed(estimate.known.items()):
            if why := self._why_not(size):
                failures[name] = MeasurementFailure(name, "budget", why)
            else:
                self.spent += size
        if not estimate.known:
            return Approval(estimate.statements, failures)
        kept = [statement for statement in estimate.statements if statement.name not in failures]
        refused = len(estimate.statements) - len(kept)
        note = f"Dry run, {purpose}: {self._sum(estimate)}"
        return Approval(kept, failures, [note + (f"; {refused} of them did not fit." if refused else ".")])

    def _ask(
        self, warehouse: Warehouse, statements: Sequence[Statement]
    ) -> tuple[Estimate, dict[str, MeasurementFailure]]:
        sizes = dict(warehouse.dry_run(statements))
        if not warehouse.address.on_loopback:
            silent = "the dry run did not say how many bytes it would read, so no limit can be held"
            sizes |= {n: MeasurementFailure(n, "budget", silent) for n, size in sizes.items() if size is None}
        failures = {name: size for name, size in sizes.items() if isinstance(size, MeasurementFailure)}
        asked = [statement for statement in statements if statement.name not in failures]
        return Estimate(asked, {statement.name: sizes[statement.name] for statement in asked}), failures

    def _why_not(self, size: int) -> str | None:
        each, total = self.limits.per_statement, self.limits.total
        if each is not None and size > each:
            return f"it would read {size:,} bytes; the warehouse URL's maximum_bytes_billed allows {each:,}"
        if total is not None and size > total - self.spent:
            return f"it would read {size:,} bytes; {total - self.spent:,} of --max-bytes {total:,} are left"
        return None

    def _sum(self, estimate: Estimate) -> str:
        count = "1 statement" if len(estimate.statements) == 1 else f"{len(estimate.statements)} statements"
        if estimate.unknown and not estimate.known:
            return UNKNOWN
        told = f"{count} would read {estimate.total:,} bytes; {self.limits}"
        return told + (f"; the bytes of {', '.join(estimate.unknown)} are unknown" if estimate.unknown else "")


def _told(size: int | MeasurementFailure | None) -> str:
    return f"{size:,} bytes" if isinstance(size, int) else "unknown"
