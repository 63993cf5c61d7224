"""What a message says, and that nothing in it becomes markup, a mention or more than Slack takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from gx.alerts.blocks import HEADER_LIMIT, MOST_BLOCKS, TEXT_LIMIT, listing, literal, prose
from gx.alerts.causes import find_causes
from gx.alerts.message import Message, message_of, rest_message, sample_message
from gx.alerts.news import news
from gx.alerts.settings import AlertSettings
from gx.alerts.upstream import Upstream
from gx.contracts.model import Contract
from gx.judging.result import RuleResult
from gx.rules.registry import families
from tests.alerts.runs import CONTEXT, FACTORS, broken, context_hole, rule, run

PLACES = AlertSettings(docs_url="https://docs.example/contracts", run_url="https://build.example/7?a=1&b=2")
HOSTILE = "<!channel> <@U1> & `rm -rf` ```code``` *bold* @here <https://evil.example|here> \u202e\x00"


def messages(contracts: Mapping[str, Contract], *rules: RuleResult) -> list[Message]:
    """The messages of a first run."""
    made = run(*rules)
    items = news(find_causes(made, Upstream(made, contracts, families())), (), made)
    return [message_of(item, made, PLACES) for item in items]


def texts(message: Message, kind: str = "") -> list[str]:
    """All texts of a message, or those of one type."""
    found: list[dict[str, Any]] = []
    for block in message.blocks:
        found += [block["text"]] if "text" in block else []
        found += [*block.get("fields", []), *block.get("elements", [])]
    return [text["text"] for text in found if kind in ("", text["type"])]


def slack_takes(message: Message) -> None:
    """The limits of Block Kit."""
    assert 0 < len(message.blocks) <= MOST_BLOCKS
    for block in message.blocks:
        assert block["type"] in ("header", "section", "context")
        assert len(block.get("fields", ["one"])) in range(1, 11)
        assert len(block.get("elements", ["one"])) in range(1, 11)
    for text in texts(message):
        assert 0 < len(text) <= TEXT_LIMIT
    assert len(message.blocks[0]["text"]["text"]) <= HEADER_LIMIT
    for parsed in Block.parse_all(list(message.blocks)):
        parsed.validate_json()


def test_the_hole_of_i_03_is_one_message_with_all_that_an_operator_needs(contracts: Mapping[str, Contract]) -> None:
    (message,) = messages(contracts, *context_hole())
    slack_takes(message)
    assert message.text == f"Broken: {CONTEXT} on 2023-02-23 and 2023-02-24"
    said = "\n".join(texts(message))
    for part in (
        "2023-02-23: 1 of 187 keys are there (0.5%), 186 are missing",
        "Rule: fallback_is_complete and 1 more",
        "Incident: I-03, I-34",
        "Why: A backfill wrote 1 of 187 players.",
        "Do: Delete the table's rows of the date.",
        "Broken downstream: 3 tables",
        f"{FACTORS}: 2 rules on 2 game dates: covers_players_who_played, every_slate_is_present",
        "every_game_has_its_rosters on 2023-02-23 and 2023-02-24",
        "Owner: precompute",
        f"<https://docs.example/contracts/runs/daily-1.html#{CONTEXT}.fallback_is_complete|Data Docs>",
        "<https://build.example/7?a=1&amp;b=2|Run>",
    ):
        assert part in said


def test_what_was_not_evaluated_says_that_nothing_is_known(contracts: Mapping[str, Contract]) -> None:
    (message,) = messages(contracts, rule(CONTEXT, "one", error="denied: no permission on the table"))
    slack_takes(message)
    assert message.text.startswith("Not evaluated: 1 rule of")
    assert "denied: no permission on the table" in "\n".join(texts(message))
    assert "never a pass" in "\n".join(texts(message))


def test_hostile_values_stay_text(contracts: Mapping[str, Contract]) -> None:
    hostile = replace(
        rule(CONTEXT, "one", broken(), detail=HOSTILE, remedy=HOSTILE),
        why=HOSTILE,
        words=HOSTILE,
        owner=HOSTILE,
        incident=HOSTILE,
    )
    for message in messages(contracts, hostile, rule(FACTORS, "two", error=HOSTILE)):
        slack_takes(message)
        assert not any(
            "<!" in text or "<@" in text or "<https://evil" in text for text in [*texts(message), message.text]
        )
        for text in texts(message, "mrkdwn"):
            assert "<" not in text.replace("<https://docs.", "").replace("<https://build.", "")
            outside = text.split("```")[::2]
            assert len(outside) in (1, 2), "a fence within the data ends ours"
            assert not any("rm -rf" in part or "bold" in part for part in outside)
        assert "\u202e" not in json.dumps(message.blocks, ensure_ascii=False)


def test_a_megabyte_is_cut(contracts: Mapping[str, Contract]) -> None:
    huge = "&" * 1_000_000
    long = replace(rule(CONTEXT, "one", broken(), detail=huge, remedy=huge), owner=huge, incident=huge)
    for message in messages(contracts, long, rule(FACTORS, "two", error=huge)):
        slack_takes(message)
        assert len(json.dumps(message.blocks)) < 30_000


def test_many_dates_tables_and_rules_are_counted_not_listed(contracts: Mapping[str, Contract]) -> None:
    days = tuple(date(2022, 10, 18) + timedelta(days=number) for number in range(170))
    every = [rule(name, f"rule_{number}", broken(days=days)) for name in contracts for number in range(5)]
    found = messages(contracts, *every)
    for message in found:
        slack_takes(message)
    assert "on 170 game dates, 2022-10-18 to 2023-04-05" in found[0].text
    assert any("and 158 more" in text for text in texts(found[0]))


def test_the_rest_is_listed_in_one_message(contracts: Mapping[str, Contract]) -> None:
    made = run(*(rule(name, f"rule_{mark}", error=f"denied: {name} {mark}") for name in contracts for mark in "abc"))
    items = news(find_causes(made, Upstream(made, contracts, families())), (), made)
    assert len(items) == 3 * len(contracts)
    message = rest_message(items, "critical", made, PLACES)
    slack_takes(message)
    said = "\n".join(texts(message))
    assert all(item.title in said for item in items[:50])
    assert f"and {len(items) - 50} more" in said


def test_the_sample_says_that_nothing_is_wrong() -> None:
    message = sample_message("warning", PLACES)
    slack_takes(message)
    assert "Nothing is wrong" in message.text


@pytest.mark.parametrize("mark", ["x", "&", "`", "<"])
def test_long_lines_do_not_push_out_the_count(mark: str) -> None:
    lines = [mark * 10_000] * 20
    shown = listing("Dates", lines)["text"]["text"]
    assert len(shown) <= TEXT_LIMIT
    assert "and 8 more" in shown or mark in "&<", "escapes need more room than they seem to"
    assert shown.count("```") == 2


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_slack_refuses_empty_text_so_there_is_none(text: str) -> None:
    assert prose(text)["text"]["text"].strip()
    assert listing(text or "x", [])["text"]["text"].strip()


@settings(max_examples=200, deadline=None)
@given(st.text(), st.integers(min_value=10, max_value=200))
def test_any_text_is_escaped_and_within_its_limit(text: str, limit: int) -> None:
    found = literal(text, limit)
    assert len(found) <= limit
    assert "<" not in found and ">" not in found
    assert found.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0
    found.encode("utf-8")
