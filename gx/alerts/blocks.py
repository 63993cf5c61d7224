"""Parts of a Slack message (Block Kit) from text that may be anything: nothing in it becomes markup or a mention.

Limits are Slack's: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]

MOST_BLOCKS = 50
HEADER_LIMIT = 150
TEXT_LIMIT = 3_000
FIELD_LIMIT = 2_000
MOST_FIELDS = 10
_LISTING_LIMIT = 2_800
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ELLIPSIS = " …"


def header(text: str) -> Block:
    """The headline; one line."""
    return {"type": "header", "text": _plain(" ".join(text[:HEADER_LIMIT].split()), HEADER_LIMIT)}


def prose(text: str) -> Block:
    """Sentences, shown as they are."""
    return {"type": "section", "text": _plain(text, TEXT_LIMIT)}


def facts(named: Sequence[tuple[str, str]]) -> Block:
    """Names with values, in two columns; empty values are left out."""
    fields = [_plain(f"{name}: {value}", FIELD_LIMIT) for name, value in named if value]
    return {"type": "section", "fields": fields[:MOST_FIELDS]}


def listing(title: str, lines: Sequence[str], most: int = 12) -> Block:
    """A bold title of ours over lines of data in fixed width; past ``most`` they are counted.

    Each line gets its share of the room, so that a long one does not push out the count.
    """
    share = _LISTING_LIMIT // (most + 1)
    shown = [_one_line(line, share) for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"and {len(lines) - most:,} more")
    # A fence within the data would end ours.
    body = literal("\n".join(shown).replace("```", "'''"), _LISTING_LIMIT)
    return {"type": "section", "text": _markup(f"*{literal(title, 100)}*\n```\n{body}\n```")}


def footer(words: Sequence[str], links: Sequence[tuple[str, str]] = ()) -> Block:
    """Small print: plain words, then links as (label, address). There must be at least one of them."""
    texts = [_plain(word, 500) for word in words if word]
    linked = [_markup(f"<{literal(address, 1_500)}|{literal(label, 100)}>") for label, address in links]
    return {"type": "context", "elements": [*texts, *linked][:10]}


def literal(text: str, limit: int) -> str:
    """The text with Slack's control characters escaped and invisible ones spelt out, at most ``limit`` characters."""
    pieces: list[str] = []
    room = limit - len(_ELLIPSIS)
    for mark in text[:limit]:
        piece = _ESCAPES.get(mark, mark) if mark.isprintable() or mark == "\n" else f"\\u{ord(mark):04x}"
        room -= len(piece)
        if room < 0:
            return "".join(pieces) + _ELLIPSIS
        pieces.append(piece)
    return "".join(pieces) + (_ELLIPSIS if len(text) > limit else "")


def _one_line(text: str, limit: int) -> str:
    line = " ".join(text[: limit + 1].split())
    return line if len(line) < limit else line[: limit - 1 - len(_ELLIPSIS)] + _ELLIPSIS


def _plain(text: str, limit: int) -> Block:
    # Slack refuses empty text.
    return {"type": "plain_text", "text": literal(text, limit).strip() or "(empty)", "emoji": False}


def _markup(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
