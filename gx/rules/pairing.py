"""How the rows of two tables are paired: a key of own and reference columns, and each side as it is read.

In statements a key column keeps its own table's name on both sides; the partition column is called ``game_date``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from gx.contracts.model import Contract, Identifier
from gx.rules.columns import UNGROUPABLE
from gx.rules.conditions import condition_columns, condition_problems, unknown_columns

Key = Annotated[dict[Identifier, Identifier], Field(min_length=1)]
"""Own columns and the reference columns that hold the same thing, partition columns included."""
Share = Annotated[float, Field(ge=0, le=1)]

GAME_DATE = "game_date"
ROUNDING = 1e-9
"""Added to every tolerance: as binary fractions, 10.3 - 10.2 is more than 0.1, by 1e-15."""


@dataclass(frozen=True)
class Side:
    """One side of a pair: its table, the partition column that bounds it (None: no bounds), and its rows and columns.

    ``columns`` are expressions by the names that the statement gives them.
    """

    table: str
    partition: str | None
    columns: Mapping[str, str]
    where: str | None = None

    @property
    def selected(self) -> list[str]:
        """The select list."""
        return [text if text == name else f"{text} AS {name}" for name, text in self.columns.items()]


def shared_names(key: Mapping[str, str], own: Contract) -> tuple[str, ...]:
    """The key's columns as the statement names them, in order."""
    return tuple(GAME_DATE if name == own.partition else name for name in key)


def own_side(key: Mapping[str, str], own: Contract, where: str | None = None) -> Side:
    """The judged table, its partition column always among the columns."""
    columns = dict(zip(shared_names(key, own), key, strict=True)) | {GAME_DATE: own.partition_date}
    return Side(own.table, own.partition_date, columns, where)


def reference_side(key: Mapping[str, str], own: Contract, reference: Contract, where: str | None = None) -> Side:
    """The table compared with, under the names of the own side."""
    columns = dict(zip(shared_names(key, own), key.values(), strict=True))
    return Side(reference.table, reference.partition, columns, where)


def key_problems(key: Mapping[str, str], own: Contract, reference: Contract) -> list[str]:
    """What is wrong with a key: unknown columns, partition columns that are not paired, types that do not fit."""
    problems = unknown_columns(set(key), own) + unknown_columns(set(key.values()), reference)
    if reference.partition and key.get(str(own.partition)) != reference.partition:
        problems.append(
            f"must hold {own.table}'s partition column {own.partition!r}, paired with {reference.table}'s "
            f"{reference.partition!r}; found {_words(key)}"
        )
    if own.partition != GAME_DATE and GAME_DATE in key:
        problems.append(f"{GAME_DATE!r} is no partition column of {own.table} and cannot be part of the key")
    return [f"key: {text}" for text in problems + _type_problems(key, own, reference)]


def where_problems(name: str, where: str | None, contract: Contract) -> list[str]:
    """What is wrong with a condition or an expression over the contract's columns, under its argument's name."""
    return [f"{name}: {text}" for text in condition_problems(where, contract)] if where is not None else []


def expressions_problems(name: str, expressions: Mapping[str, str], own: Contract, reference: Contract) -> list[str]:
    """What is wrong with pairs of an own and a reference expression."""
    problems = [text for expression in expressions for text in where_problems(name, expression, own)]
    return problems + [
        text for expression in expressions.values() for text in where_problems(name, expression, reference)
    ]


def columns_of(*texts: str | None) -> frozenset[str]:
    """The columns that these conditions, expressions and names read."""
    return frozenset(name for text in texts if text for name in condition_columns(text))


def paired_words(key: Mapping[str, str]) -> str:
    """The key for a sentence: ``cache_date (there game_date) and player_lookup``."""
    names = [own if own == other else f"{own} (there {other})" for own, other in key.items()]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _type_problems(key: Mapping[str, str], own: Contract, reference: Contract) -> list[str]:
    problems = []
    for mine, theirs in key.items():
        left, right = own.column(mine), reference.column(theirs)
        if left and right and left.type != right.type:
            problems.append(f"{own.table}.{mine} is {left.type}, {reference.table}.{theirs} is {right.type}")
        elif left and left.type in UNGROUPABLE:
            problems.append(f"{mine!r} is {left.type}: values of this type cannot name a row")
    return problems


def _words(key: Mapping[str, str]) -> str:
    return ", ".join(own if own == other else f"{own}: {other}" for own, other in key.items())
