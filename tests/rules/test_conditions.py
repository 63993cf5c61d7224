"""Conditions in contracts: what they may hold, and that nothing else gets through."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gx.rules.conditions import FUNCTIONS, condition_columns, condition_problems
from tests.rules.harness import contract

PLAYERS = contract("nba_analytics.players", "game_date DATE, points INT64, minutes FLOAT64, team STRING, is_dnp BOOL")
COLUMNS = {column.name for column in PLAYERS.columns}
KEYWORDS = set(
    "AND OR NOT IS NULL TRUE FALSE IN BETWEEN LIKE CASE WHEN THEN ELSE END "
    "DATE TIMESTAMP INT64 FLOAT64 STRING AS".split()
)


@pytest.mark.parametrize(
    ("condition", "columns"),
    [
        ("points > 0", {"points"}),
        ("points BETWEEN 0 AND 83 OR points IS NULL", {"points"}),
        ("(minutes > 0.5 AND NOT is_dnp) OR is_dnp IS NOT TRUE", {"minutes", "is_dnp"}),
        ("team IN ('BOS', 'O\\'N', '(')", {"team"}),
        ("CASE WHEN points = 0 THEN minutes <> 1 ELSE TRUE END", {"points", "minutes"}),
        ("COALESCE(points, 0) - -1 >= minutes / 2 * 3", {"points", "minutes"}),
        ("game_date >= DATE '2026-01-27'", {"game_date"}),
        ("CAST(points AS FLOAT64) = ROUND(minutes)", {"points", "minutes"}),
        ("REGEXP_CONTAINS(team, '^[A-Z]{3}$')\n  AND team LIKE '%--%;/*'", {"team"}),
    ],
)
def test_an_honest_condition_is_accepted_and_its_columns_are_known(condition: str, columns: set[str]) -> None:
    assert condition_problems(condition, PLAYERS) == []
    assert condition_columns(condition) == columns


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("points > (SELECT MAX(points))", "no function 'MAX'"),
        ("EXISTS (SELECT 1)", "no function 'EXISTS'"),
        ("points IN (SELECT points)", "has no column 'SELECT'"),
        ("points > 0 -- minutes", "may not hold '-'"),
        ("points > 0 --", "may not hold '-'"),
        ("points /* minutes */ > 0", "may not hold '/'"),
        ("points */ 2 > 0", "may not hold '*'"),
        ("points > 0 # minutes", "may not hold '#'"),
        ("points > 0; DROP TABLE players", "may not hold ';'"),
        ("`points` > 0", "may not hold '`'"),
        ('team = "BOS"', "may not hold '\"'"),
        ("team = 'BOS", 'may not hold "\'"'),
        ("team = 'BOS' OR 'x", 'may not hold "\'"'),
        ("team = '''BOS'''", 'may not hold "\'"'),
        ("team = 'B''S'", 'may not hold "\'"'),
        ("team = r'\\' OR points > 0", "may not hold 'r'"),
        ("team = 'BO\nS'", 'may not hold "\'"'),
        ("points > 1points", "may not hold '1'"),
        ("points > @start", "may not hold '@'"),
        ("players.points > 0", "may not hold '.'"),
        ("points > 0) OR (TRUE", "parentheses of the condition do not match"),
        ("(points > 0", "parentheses of the condition do not match"),
        ("points > ')'(", "parentheses of the condition do not match"),
        ("SESSION_USER() = team", "no function 'SESSION_USER'"),
        ("regexp_extract(team, 'B') = 'B'", "no function 'regexp_extract'; nearest: EXTRACT; allowed: ABS"),
        ("points(1) > 0", "no function 'points'"),
        ("pionts > 0", "nba_analytics.players has no column 'pionts'; nearest: points"),
        ("points > \u0663", "may not hold '\u0663'"),
        ("points\u00a0> 0", "may not hold"),
        ("", "may not be empty"),
        (" \n", "may not be empty"),
    ],
)
def test_a_hostile_condition_is_refused_with_the_reason(condition: str, says: str) -> None:
    found = condition_problems(condition, PLAYERS)
    assert found
    assert says in found[0]


WORDS = st.sampled_from(sorted(COLUMNS | KEYWORDS | FUNCTIONS | {"SELECT", "FROM", "x", "EXISTS", "UNNEST"}))
TEXTS = st.sampled_from(["'BOS'", "'", "''", "'''", "'\\''", "'\\", "r'\\'", "'--'", "';'", '"'])
MARKS = st.sampled_from(
    ["<=", ">=", "<>", "=", "-", "--", "/", "/*", "*/", "#", ";", "`", "@", ".", ",", "(", ")", "[", "||", "\\", "$"]
)
SPACES = st.sampled_from([" ", "", "\n", "\t"])
NUMBERS = st.sampled_from(["0", "1.5", "83", ".5", "1e3", "0x1"])
FRAGMENTS = st.lists(WORDS | TEXTS | MARKS | SPACES | NUMBERS, max_size=4).map("".join)
HONEST = "COALESCE(points, 0) >= 1.5 AND (team = 'BOS' OR NOT is_dnp)"


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """An honest condition with something put into it, or in place of a part of it."""
    start = draw(st.integers(0, len(HONEST)))
    end = draw(st.sampled_from([start, min(start + 3, len(HONEST)), len(HONEST)]))
    return HONEST[:start] + draw(FRAGMENTS) + HONEST[end:]


def bigquery_tokens(text: str) -> list[str]:
    """The condition as BigQuery's own lexical rules cut it, written apart from the code under test."""
    found, position = [], 0
    while position < len(text):
        end = _token_end(text, position)
        found.append(text[position:end])
        position = end
    return [token for token in found if not token.isspace()]


def _token_end(text: str, start: int) -> int:
    if text[start] in "'\"":
        quote = text[start] * 3 if text.startswith(text[start] * 3, start) else text[start]
        position = start + len(quote)
        while not text.startswith(quote, position):
            assert position < len(text), "text without an end"
            position += 2 if text[position] == "\\" else 1
        return position + len(quote)
    position = start + 1
    if text[start].isalnum() or text[start] == "_":
        while position < len(text) and (text[position].isalnum() or text[position] in "_."):
            position += 1
    elif text[start : start + 2] in ("<=", ">=", "<>", "!=", "--", "/*", "*/", "||"):
        position += 1
    return position


@settings(max_examples=500, deadline=None)
@given(conditions() | FRAGMENTS | st.text(alphabet="points(') -/*;,\\\n\"`@#=", max_size=20))
@example("points > 0 --")
@example("points > 0) OR (points < 9")
@example("'''points > 0''' = team")
def test_what_is_accepted_holds_nothing_but_allowed_tokens(condition: str) -> None:
    if condition_problems(condition, PLAYERS):
        return
    tokens = bigquery_tokens(condition)
    depth = 0
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        depth += (token == "(") - (token == ")")
        assert depth >= 0
        assert _allowed(token, following), (token, condition)
    assert depth == 0
    assert condition_columns(condition) <= COLUMNS


def _allowed(token: str, following: str) -> bool:
    if token[0] == "'":
        return not token.startswith("'''") and "\n" not in token
    if token[0].isdigit():
        return token.replace(".", "", 1).isdigit()
    if token[0].isalpha() or token[0] == "_":
        known = KEYWORDS | FUNCTIONS if following == "(" else COLUMNS | KEYWORDS
        return token in COLUMNS - {token if following == "(" else ""} or token.upper() in known
    return token in ("<=", ">=", "<>", "!=", "=", "<", ">", "+", "-", "*", "/", "(", ")", ",")


def test_the_property_meets_conditions_that_are_accepted() -> None:
    assert condition_problems("points>=0 AND(team='BOS')", PLAYERS) == []
    assert bigquery_tokens("points>=0 AND(team='BOS')") == ["points", ">=", "0", "AND", "(", "team", "=", "'BOS'", ")"]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("points 1", "expected an operator, found '1' after 'points'"),
        ("points = = 1", "expected a column or value, found '=' after '='"),
        ("points >", "expected a column or value, found the end after '>'"),
        ("points IS 3", "expected NULL, TRUE or FALSE, found '3' after 'IS'"),
        ("points BETWEEN 1, 2", "expected AND, found ',' after '1'"),
        ("points IN 1", "expected (, found '1' after 'IN'"),
        ("points NOT 1", "expected IN, BETWEEN or LIKE, found '1' after 'NOT'"),
        ("CASE points WHEN 1 END = 1", "expected THEN, found 'END' after '1'"),
        ("CAST(points AS NUMBER) = 1", None),
        ("AND points = 1", "expected a column or value, found 'AND'"),
    ],
)
def test_a_slip_of_grammar_is_told_with_its_place(condition: str, says: str | None) -> None:
    (problem,) = condition_problems(condition, PLAYERS)
    assert says is None or says in problem


@pytest.mark.parametrize(
    "condition",
    [
        "points = 1 OR NOT (points > 2 AND team IS NOT NULL)",
        "points - 2 * points / 3 >= -1",
        "team NOT IN ('BOS', 'LAL') AND team LIKE 'B%'",
        "CASE WHEN points > 1 THEN 'a' WHEN points IS NULL THEN 'b' ELSE team END = 'a'",
        "EXTRACT(MONTH FROM game_date) >= 10 AND game_date < DATE '2026-01-27'",
        "DATE_DIFF(game_date, DATE '2025-10-21', DAY) BETWEEN 0 AND 13",
        "COALESCE(CAST(points AS STRING), '') <> '' AND IF(points > 1, TRUE, FALSE)",
        "(points = 1) IS NOT TRUE",
    ],
)
def test_what_bigquery_takes_is_taken(condition: str) -> None:
    assert condition_problems(condition, PLAYERS) == []
