"""What the contracts room asks of a rule family, so that it need not know the room where families live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gx.contracts.model import Contract, Model, Rule, Scope


class FamilyLike(Protocol):
    """The part of a rule family that reading, linting and explaining contracts uses."""

    @property
    def name(self) -> str:
        """The expectation's name, ``expect_...``."""

    @property
    def Kwargs(self) -> type[Model]:  # noqa: N802 - families declare it as a nested model class
        """The model of the expectation's arguments."""

    @property
    def scopes(self) -> frozenset[Scope]:
        """The scopes that a rule of this family may have."""

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        """What is wrong with the rule's arguments; a message that starts with ``key: `` speaks of that argument."""

    def words(self, rule: Rule, contract: Contract) -> str:
        """The rule as one plain sentence."""

    def threshold(self, rule: Rule) -> str:
        """What is allowed, in a few words."""


Families = Mapping[str, FamilyLike]
