"""The option that sets a byte budget; ``run`` and ``plan`` share it."""

from __future__ import annotations

from typing import Annotated

import typer


def _bytes(text: str) -> int:
    from gx.checkpoints.budget import parse_bytes

    try:
        return parse_bytes(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


MaxBytes = Annotated[
    int | None,
    typer.Option(
        "--max-bytes",
        metavar="BYTES",
        parser=_bytes,
        help="Send nothing when the statements would read more together: 2000000000, 2GB or 2GiB.",
    ),
]
