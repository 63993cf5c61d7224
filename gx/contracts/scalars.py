"""Plain YAML scalars by the YAML 1.2 core rules, refusing those that YAML 1.1 readers take for something else."""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_BOOLS = frozenset({"yes", "no", "on", "off"})
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_OTHER_BASE = re.compile(r"[-+]?(0[0-9]+|0o[0-7]+|0x[0-9a-fA-F_]+|0b[01_]+)")
_UNDERSCORED = re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_MOST_DIGITS = 40


class AmbiguousScalar(ValueError):
    """A plain scalar that two YAML readers may read differently; the message says how to write it."""


def resolve(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar.

    Raises:
        AmbiguousScalar: for ``no``, ``12:30``, ``010``, ``1_000``, ``.nan`` and their like.
    """
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text[0].isalpha() and text.lower() not in _OLD_BOOLS:
        return text
    _refuse_ambiguous(text)
    return _number(text)


def _number(text: str) -> Scalar:
    if _INTEGER.fullmatch(text):
        _refuse_long(text)
        return int(text)
    if _FLOAT.fullmatch(text):
        _refuse_long(text)
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise AmbiguousScalar("a number too large to be one; quote it if it is text")
        return number
    return text


def _refuse_long(text: str) -> None:
    if len(text) > _MOST_DIGITS:
        raise AmbiguousScalar(f"a number of {len(text)} digits; allowed: {_MOST_DIGITS}; quote it if it is text")


def _refuse_ambiguous(text: str) -> None:
    if text.lower() in _OLD_BOOLS:
        raise AmbiguousScalar(f"{text} is a truth value to some YAML readers; write true or false, or quote it")
    if _SIXTIES.fullmatch(text):
        raise AmbiguousScalar(f"{text[:40]} is a number in base 60 to some YAML readers; quote it")
    if _OTHER_BASE.fullmatch(text):
        raise AmbiguousScalar(f"{text[:40]} is not in base 10 to some YAML readers; write it plain, or quote it")
    if _UNDERSCORED.fullmatch(text):
        raise AmbiguousScalar(f"{text[:40]} is a number to some YAML readers; write it without _, or quote it")
    if _NOT_A_NUMBER.fullmatch(text):
        raise AmbiguousScalar(f"{text} cannot be compared with anything; leave the key out, or quote it")
