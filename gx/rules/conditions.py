"""Row conditions in contracts: a small, checked part of BigQuery's boolean expressions.

A condition may name the table's columns, literals, comparison and boolean operators and the functions below. Anything
else (other names, subqueries, comments, semicolons, backticks) is refused, so a contract file cannot smuggle SQL in.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from gx.contracts.model import Contract
from gx.rules.grammar import grammar_problem

_KEYWORDS = frozenset(
    "AND OR NOT IS NULL TRUE FALSE IN BETWEEN LIKE CASE WHEN THEN ELSE END "
    "DATE TIMESTAMP INT64 FLOAT64 STRING AS FROM YEAR MONTH DAY HOUR MINUTE".split()
)
FUNCTIONS = frozenset(
    "ABS CAST SAFE_CAST COALESCE IFNULL IF LENGTH LOWER UPPER REGEXP_CONTAINS STARTS_WITH SUBSTR CONCAT ROUND "
    "GREATEST LEAST MOD SAFE_DIVIDE FORMAT_DATE DATE_DIFF TIMESTAMP_DIFF EXTRACT ARRAY_LENGTH "
    "ENDS_WITH TRIM".split()
)
_TOKEN = re.compile(
    # no text right after text (three quotes are one in BigQuery) or a word (r'...'), no -- and no /* (comments)
    r"\s+|(?P<text>'(?:[^'\\\n\r]|\\[^\n\r])*'(?!'))|(?P<number>\d+(?:\.\d+)?)(?![\w.])|(?P<word>[A-Za-z_]\w*)(?!')"
    r"|(?P<operator><=|>=|<>|!=|-(?!-)|/(?!\*)|\*(?!/)|[=<>+(),])",
    re.ASCII,
)


_ALLOWED = f"; allowed: {', '.join(sorted(FUNCTIONS))}"


def condition_columns(condition: str) -> frozenset[str]:
    """The words of a condition that are neither keywords nor functions: its columns."""
    return frozenset(word for word, called in _words(condition) if not _reserved(word, called))


def condition_problems(condition: str, contract: Contract) -> list[str]:
    """What is wrong with a condition over this contract's columns."""
    tokens, rest = _tokens(condition)
    if rest:
        return [f"a condition may not hold {rest[0]!r} here: {rest[:20]!r}; found {condition!r}"]
    if not tokens:
        return ["a condition may not be empty"]
    if not _balanced(tokens):
        return [f"the parentheses of the condition do not match; found {condition!r}"]
    called = [word for word, called in _words(condition) if called and not _reserved(word, called)]
    if called:
        return [f"no function {name!r}{nearest(name.upper(), sorted(FUNCTIONS))}{_ALLOWED}" for name in called]
    if unknown := unknown_columns(condition_columns(condition), contract):
        return unknown
    problem = grammar_problem(tokens)
    return [f"not a condition: {problem}; found {condition!r}"] if problem else []


def unknown_columns(names: frozenset[str] | set[str] | tuple[str, ...], contract: Contract) -> list[str]:
    """A message for each name that is no column of the contract, with the nearest one."""
    known = [column.name for column in contract.columns]
    return [
        f"{contract.table} has no column {name!r}{nearest(name, known)}" for name in sorted(set(names) - set(known))
    ]


def nearest(name: str, known: list[str]) -> str:
    """`` (nearest: x)`` when something is near, else nothing."""
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; nearest: {found[0]}" if found else ""


@lru_cache(maxsize=4096)
def _tokens(condition: str) -> tuple[list[str], str]:
    """The tokens of a condition without white space, and what follows the last one that is allowed."""
    found, position = [], 0
    while position < len(condition) and (token := _TOKEN.match(condition, position)):
        position = token.end()
        if token.lastgroup:
            found.append(token[0])
    return found, condition[position:]


def _balanced(tokens: list[str]) -> bool:
    """Whether every parenthesis is closed after it was opened: a condition must not end what stands around it."""
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if depth < 0:
            return False
    return depth == 0


@lru_cache(maxsize=4096)
def _words(condition: str) -> list[tuple[str, bool]]:
    found = []
    for token in _TOKEN.finditer(condition):
        if token["word"]:
            found.append((token["word"], condition[token.end() :].lstrip().startswith("(")))
    return found


def _reserved(word: str, called: bool) -> bool:
    return word.upper() in _KEYWORDS or (called and word.upper() in FUNCTIONS)
