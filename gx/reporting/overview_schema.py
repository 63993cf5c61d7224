"""The JSON Schema of a run's overviews: what the status pages are made of (``gx.judging.overviews``)."""

from __future__ import annotations

from gx.reporting.schema_parts import COUNT, DATE, OPTIONAL_COUNT, OPTIONAL_TEXT, TEXT, VERDICT, Schema, closed
from gx.rules.run_log import Classification

_SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_BOOLEAN: Schema = {"type": "boolean"}
_CLASS: Schema = {"enum": [kind.value for kind in Classification]}


def listed(items: Schema, description: str = "") -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **({"description": description} if description else {})}


def overviews_schema() -> Schema:
    """The overviews that a checkpoint may ask for; a run holds those that its checkpoint names, waivers and slates."""
    properties = {
        "waivers": listed(_waiver(), "Every waiver and what it covered in this run."),
        "slates": _slates(),
        "run_history": _run_history(),
        "seasons": listed(_season(), "Coverage of each season by phase, over dates with Final games before as-of."),
        "recent_days": listed(_recent_day(), "The window's newest game dates, at most 14, newest first."),
        "processors": listed(_processor(), "Runs by processor and season of the data date."),
        "odds_coverage": listed(_odds_period(), "Coverage of props and game lines by month."),
        "registry": _registry(),
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _waiver() -> Schema:
    texts = dict.fromkeys("table rule dates reason owner since expires incident state".split(), TEXT)
    return closed(**texts, too_broad=_BOOLEAN, cells=COUNT, covered_dates=listed(DATE))


def _slates() -> Schema:
    game = closed(game_id=OPTIONAL_TEXT, away=OPTIONAL_TEXT, home=OPTIONAL_TEXT, status=OPTIONAL_TEXT, final=_BOOLEAN)
    return {
        "description": "The schedule's games of each date that a rule fails, warns or could not judge on.",
        "type": "object",
        "propertyNames": DATE,
        "additionalProperties": listed(game),
    }


def _run_history() -> Schema:
    return closed(
        classes={
            "description": "Processors and data dates by class.",
            **closed(**{kind.value: COUNT for kind in Classification}),
        },
        data_loss=listed(_loss(), "The data-loss inventory: REAL_LOSS only, each table and date once."),
        tracking_bugs=listed(_tracking_bug(), "Runs that told no records, or 0, beside rows that are there."),
        cells=listed(_cells(), "Everything that is not AGREE; dates as ranges of successive days, both ends included."),
        not_evaluated=listed(TEXT, "Rules whose dates are missing here, with the reason."),
    )


def _loss() -> Schema:
    return closed(
        processor=TEXT,
        table=TEXT,
        data_date=DATE,
        games_final=COUNT,
        runs=COUNT,
        most_records=OPTIONAL_COUNT,
        reprocess=TEXT,
        waiver=OPTIONAL_TEXT,
    )


def _tracking_bug() -> Schema:
    return closed(
        processor=TEXT,
        table=TEXT,
        data_date=DATE,
        rows=COUNT,
        runs=COUNT,
        status={"enum": ["success", "failed"]},
        most_records=OPTIONAL_COUNT,
        classification=_CLASS,
        waiver=OPTIONAL_TEXT,
    )


def _cells() -> Schema:
    pair = {"type": "array", "items": DATE, "minItems": 2, "maxItems": 2}
    return closed(processor=TEXT, table=TEXT, classification=_CLASS, dates=COUNT, ranges=listed(pair))


def _coverage() -> Schema:
    """Exempt dates are not expected; ``share`` is covered of expected, null where nothing is expected."""
    counts = closed(expected=COUNT, covered=COUNT, exempt=COUNT, share=_SHARE)
    return {"dates": counts, "games": counts}


def _season() -> Schema:
    unknown = {name: {"anyOf": [counts, {"type": "null"}]} for name, counts in _coverage().items()}
    phase = closed(
        phase=TEXT,
        title=TEXT,
        **unknown,
        tables=listed(closed(table=TEXT, **_coverage())),
        not_measured=listed(TEXT),
    )
    return closed(season=TEXT, dates=COUNT, games=COUNT, phases=listed(phase))


def _recent_day() -> Schema:
    cell = closed(table=TEXT, rows=OPTIONAL_COUNT, verdict=VERDICT)
    tables = {"type": "object", "additionalProperties": cell}
    return closed(date=DATE, scheduled=COUNT, final=COUNT, tables=tables)


def _processor() -> Schema:
    counts = dict.fromkeys("dates runs successes failures skips zero_records stuck".split(), COUNT)
    return closed(processor=TEXT, season=OPTIONAL_TEXT, **counts, last_run=OPTIONAL_TEXT)


def _odds_period() -> Schema:
    source = {"anyOf": [closed(**_coverage()), {"type": "null"}]}
    return closed(period=TEXT, dates=COUNT, games=COUNT, props=source, lines=source, bettingpros=source)


def _registry() -> Schema:
    statuses = {"type": ["object", "null"], "additionalProperties": COUNT}
    return closed(unresolved=statuses, registry_rows=OPTIONAL_COUNT, alias_rows=OPTIONAL_COUNT)
