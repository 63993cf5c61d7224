"""What can go wrong in this room, as a person should read it."""

from __future__ import annotations

from collections.abc import Sequence


class WarehouseError(Exception):
    """The warehouse did not do what it was asked; ``kind`` as in MeasurementFailure."""

    def __init__(self, message: str, kind: str = "unreachable") -> None:
        super().__init__(message)
        self.kind = kind


class WarehouseUnavailableError(WarehouseError):
    """The embedded warehouse cannot be started, reached or stopped."""


class RefusedError(Exception):
    """Files were refused and nothing was loaded; ``problems`` are lines for the reader, ``total`` counts all faults."""

    def __init__(self, problems: Sequence[str], total: int) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
        self.total = total
