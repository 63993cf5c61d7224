"""The grammar of conditions: a recogniser that says where a condition stops being one.

Tokens come from gx.rules.conditions; the grammar is the part of BigQuery's expressions that contracts may use, so
that a slip is told by lint with its place and not by a statement that fails for a whole table.
"""

from __future__ import annotations

from collections.abc import Sequence

_LITERALS = frozenset({"NULL", "TRUE", "FALSE"})
_PARTS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE"})
_TYPES = frozenset({"INT64", "FLOAT64", "STRING", "DATE", "TIMESTAMP"})
_COMPARISONS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
_RESERVED = frozenset("AND OR NOT IS IN BETWEEN LIKE WHEN THEN ELSE END AS FROM".split())


class NotACondition(ValueError):
    """The condition breaks off; the message says what was expected and what was found."""


def grammar_problem(tokens: Sequence[str]) -> str | None:
    """Why these tokens are no expression, or None when they are."""
    reader = _Reader(tokens)
    try:
        reader.expression()
        if reader.position < len(tokens):
            raise NotACondition(f"expected an operator, found {reader.shown()}")
    except NotACondition as problem:
        return str(problem)
    except RecursionError:
        return "nested too deeply"
    return None


class _Reader:
    """Reads tokens from left to right; every method takes one construct of the grammar or refuses."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.words = [token.upper() for token in tokens]
        self.position = 0

    def shown(self) -> str:
        """What stands at the reading point, and after what."""
        found = repr(self.tokens[self.position]) if self.position < len(self.tokens) else "the end"
        return f"{found} after {self.tokens[self.position - 1]!r}" if self.position else found

    def word(self) -> str:
        return self.words[self.position] if self.position < len(self.words) else ""

    def take(self, *wanted: str) -> bool:
        if self.word() in wanted:
            self.position += 1
            return True
        return False

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            raise NotACondition(f"expected {wanted}, found {self.shown()}")

    def expression(self) -> None:
        self.conjunction()
        while self.take("OR"):
            self.conjunction()

    def conjunction(self) -> None:
        self.negation()
        while self.take("AND"):
            self.negation()

    def negation(self) -> None:
        while self.take("NOT"):
            pass
        self.predicate()

    def predicate(self) -> None:
        self.sum()
        while True:
            if self.word() in _COMPARISONS:
                self.position += 1
                self.sum()
            elif self.take("IS"):
                self.take("NOT")
                self.literal()
            elif self.word() in ("NOT", "IN", "BETWEEN", "LIKE"):
                self.membership()
            else:
                return

    def literal(self) -> None:
        if self.word() not in _LITERALS:
            raise NotACondition(f"expected NULL, TRUE or FALSE, found {self.shown()}")
        self.position += 1

    def membership(self) -> None:
        self.take("NOT")
        if self.take("IN"):
            self.need("(")
            self.listed()
        elif self.take("BETWEEN"):
            self.sum()
            self.need("AND")
            self.sum()
        elif self.take("LIKE"):
            self.sum()
        else:
            raise NotACondition(f"expected IN, BETWEEN or LIKE, found {self.shown()}")

    def listed(self) -> None:
        """Expressions between commas up to the closing parenthesis; the opening one is taken."""
        self.expression()
        while self.take(","):
            self.expression()
        self.need(")")

    def sum(self) -> None:
        self.product()
        while self.take("+", "-"):
            self.product()

    def product(self) -> None:
        self.factor()
        while self.take("*", "/"):
            self.factor()

    def factor(self) -> None:
        while self.take("-"):
            pass
        if self.take("("):
            self.expression()
            self.need(")")
        elif self.word() in _LITERALS or self.word() in _PARTS:
            self.position += 1
        elif self.take("CASE"):
            self.case()
        elif self.word() in ("CAST", "SAFE_CAST", "EXTRACT"):
            self.conversion()
        else:
            self.operand()

    def operand(self) -> None:
        """A number, a text, a column, a typed literal (DATE '2026-01-27') or a call."""
        word = self.word()
        if not word or word in _RESERVED or not (word[0].isalnum() or word[0] in "_'"):
            raise NotACondition(f"expected a column or value, found {self.shown()}")
        self.position += 1
        if word in ("DATE", "TIMESTAMP") and self.word().startswith("'"):
            self.position += 1
        elif (word[0].isalpha() or word[0] == "_") and self.take("("):
            self.listed()

    def case(self) -> None:
        if self.word() != "WHEN":
            self.expression()
        self.need("WHEN")
        while True:
            self.expression()
            self.need("THEN")
            self.expression()
            if not self.take("WHEN"):
                break
        if self.take("ELSE"):
            self.expression()
        self.need("END")

    def conversion(self) -> None:
        part = self.word() == "EXTRACT"
        self.position += 1
        self.need("(")
        if part:
            if not self.take(*_PARTS):
                raise NotACondition(f"expected YEAR, MONTH, DAY, HOUR or MINUTE, found {self.shown()}")
            self.need("FROM")
            self.expression()
        else:
            self.expression()
            self.need("AS")
            if not self.take(*_TYPES):
                raise NotACondition(f"expected a type, found {self.shown()}")
        self.need(")")
