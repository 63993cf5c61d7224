"""The JSON Schema of a run's overviews: what the status pages are made of (``gx.judging.overviews``)."""

from __future__ import annotations

from typing import Any

from gx.judging.result import Verdict
from gx.rules.run_log import Classification

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
_OPTIONAL_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
_SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_DATE: Schema = {"type": "string", "format": "date"}
_CLASS: Schema = {"enum": [kind.value for kind in Classification]}


def closed(**properties: Any) -> Schema:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def listed(items: Schema, description: str = "") -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **({"description": description} if description else {})}


def overviews_schema() -> Schema:
    """The overviews that a checkpoint may ask for; a run holds those that its checkpoint names, and the waivers."""
    properties = {
        "waivers": listed(_waiver(), "Every waiver and what it covered in this run."),
        "run_history": _run_history(),
        "seasons": listed(_season(), "Coverage of each season by phase, over dates with Final games before as-of."),
        "recent_days": listed(_recent_day(), "The window's newest game dates, at most 14, newest first."),
        "processors": listed(_processor(), "Runs by processor and season of the data date."),
        "odds_coverage": listed(_odds_period(), "Coverage of props and game lines by month."),
        "registry": _registry(),
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _waiver() -> Schema:
    texts = dict.fromkeys("table rule dates reason owner since expires incident state".split(), _TEXT)
    return closed(**texts, too_broad={"type": "boolean"}, cells=_COUNT, covered_dates=listed(_DATE))


def _run_history() -> Schema:
    return closed(
        classes={
            "description": "Processors and data dates by class.",
            **closed(**{kind.value: _COUNT for kind in Classification}),
        },
        data_loss=listed(_loss(), "The data-loss inventory: REAL_LOSS only, each table and date once."),
        tracking_bugs=listed(_tracking_bug(), "Runs that told no records, or 0, beside rows that are there."),
        cells=listed(_cells(), "Everything that is not AGREE; dates as ranges of successive days, both ends included."),
        not_evaluated=listed(_TEXT, "Rules whose dates are missing here, with the reason."),
    )


def _loss() -> Schema:
    return closed(
        processor=_TEXT,
        table=_TEXT,
        data_date=_DATE,
        games_final=_COUNT,
        runs=_COUNT,
        most_records=_OPTIONAL_COUNT,
        reprocess=_TEXT,
        waiver=_OPTIONAL_TEXT,
    )


def _tracking_bug() -> Schema:
    return closed(
        processor=_TEXT,
        table=_TEXT,
        data_date=_DATE,
        rows=_COUNT,
        runs=_COUNT,
        status={"enum": ["success", "failed"]},
        most_records=_OPTIONAL_COUNT,
        classification=_CLASS,
        waiver=_OPTIONAL_TEXT,
    )


def _cells() -> Schema:
    pair = {"type": "array", "items": _DATE, "minItems": 2, "maxItems": 2}
    return closed(processor=_TEXT, table=_TEXT, classification=_CLASS, dates=_COUNT, ranges=listed(pair))


def _coverage() -> Schema:
    """Exempt dates are not expected; ``share`` is covered of expected, null where nothing is expected."""
    counts = closed(expected=_COUNT, covered=_COUNT, exempt=_COUNT, share=_SHARE)
    return {"dates": counts, "games": counts}


def _season() -> Schema:
    unknown = {name: {"anyOf": [counts, {"type": "null"}]} for name, counts in _coverage().items()}
    phase = closed(
        phase=_TEXT,
        title=_TEXT,
        **unknown,
        tables=listed(closed(table=_TEXT, **_coverage())),
        not_measured=listed(_TEXT),
    )
    return closed(season=_TEXT, dates=_COUNT, games=_COUNT, phases=listed(phase))


def _recent_day() -> Schema:
    cell = closed(table=_TEXT, rows=_OPTIONAL_COUNT, verdict={"enum": [verdict.value for verdict in Verdict]})
    tables = {"type": "object", "additionalProperties": cell}
    return closed(date=_DATE, scheduled=_COUNT, final=_COUNT, tables=tables)


def _processor() -> Schema:
    counts = dict.fromkeys("dates runs successes failures skips zero_records stuck".split(), _COUNT)
    return closed(processor=_TEXT, season=_OPTIONAL_TEXT, **counts, last_run=_OPTIONAL_TEXT)


def _odds_period() -> Schema:
    source = {"anyOf": [closed(**_coverage()), {"type": "null"}]}
    return closed(period=_TEXT, dates=_COUNT, games=_COUNT, props=source, lines=source, bettingpros=source)


def _registry() -> Schema:
    statuses = {"type": ["object", "null"], "additionalProperties": _COUNT}
    return closed(unresolved=statuses, registry_rows=_OPTIONAL_COUNT, alias_rows=_OPTIONAL_COUNT)
