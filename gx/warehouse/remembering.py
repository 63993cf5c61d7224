"""Queries made quick in the server process: translated once, and run once.

local-bigquery turns BigQuery SQL into DuckDB's by sqlglot. The text of a contract's statement is the same in every run
(values are parameters), so its translation is kept until a table changes its form.

DuckDB runs a query that has parameters each time it is asked for its columns, which local-bigquery does twice before
it keeps the result; with the values written in as literals it is run once.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from gx.warehouse.replacing import replaces_rows_only

MOST = 2000
"""Translations kept; the least recently used go first."""

_MARKS = re.compile(r"""/\*.*?\*/|--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<name>\w+)""", re.DOTALL)
"""Parameters; comments, texts and quoted names are matched first, so that what looks like one inside them is not."""

type Key = tuple[Any, ...]
type Translate = Callable[[Any, Any], tuple[str, dict[str, Any]]]


class Translation(NamedTuple):
    """DuckDB's text, the parameters it binds and the tables it reads."""

    sql: str
    used: frozenset[str]
    referenced: frozenset[tuple[str, str, str]]


class Memory:
    """Translations by statement text and everything else that decides them."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, Translation] = OrderedDict()

    def translate(self, tree: Any, context: Any) -> tuple[str, dict[str, Any]]:
        """DuckDB's text with its values, and nothing left to bind.

        A statement that is no plain query may change tables: it is translated as ever, and all is forgotten.
        """
        key = _key(tree, context)
        if key is None:
            self.forget()
            return self._translate(tree, context)
        with self._lock:
            known = self._known.get(key)
            if known:
                self._known.move_to_end(key)
        if known is None:
            before = set(context.referenced)
            sql, _ = self._translate(tree, context)
            known = Translation(sql, frozenset(context.used), frozenset(context.referenced - before))
            self._remember(key, known)
        context.used.clear()
        context.used.update(known.used)
        context.referenced |= known.referenced
        return write_values(known.sql, {name: context.values[name] for name in known.used}), {}

    def forget(self) -> None:
        """Drop everything: a table was made, changed or deleted."""
        with self._lock:
            self._known.clear()

    def _remember(self, key: Key, translation: Translation) -> None:
        with self._lock:
            self._known[key] = translation
            while len(self._known) > MOST:
                self._known.popitem(last=False)


def write_values(sql: str, values: Mapping[str, str | None]) -> str:
    """DuckDB's text with each ``$name`` that has a value replaced by it; texts and quoted names are left alone.

    Values are the texts that local-bigquery binds; DuckDB knows no escape in a text but the doubled quote.
    """

    def literal(found: re.Match[str]) -> str:
        if found["name"] is None or found["name"] not in values:
            return found[0]
        value = values[found["name"]]
        return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"

    return _MARKS.sub(literal, sql)


def _key(tree: Any, context: Any) -> Key | None:
    """What a translation depends on; None for a statement that is no plain query of stored tables."""
    from local_bigquery.sql.dialect import BigQueryDialect
    from sqlglot import exp

    if not isinstance(tree, exp.Query) or context.temporary or context.functions or context.variables:
        return None
    text = tree.sql(dialect=BigQueryDialect)
    if "@@" in text or "INFORMATION_SCHEMA" in text.upper() or context.settings:
        return None
    return (text, context.project_id, context.dataset_id, tuple(sorted(context.parameters.items())))


def remember_translations() -> None:
    """Put a memory before the translator of queries; whatever changes a table's form empties it."""
    from local_bigquery.catalog import tables
    from local_bigquery.jobs import query
    from local_bigquery.sql import script

    script.parse = _parsed_once(script.parse)
    script.parse_script = lru_cache(maxsize=MOST)(script.parse_script)  # read only: statements of one text
    memory = Memory(query.translate)
    query.translate = memory.translate
    for name in ("create", "update", "delete"):
        setattr(tables, name, _forgetting(memory, getattr(tables, name)))
    write = tables.write

    def written(cursor: Any, text: str, params: Any, reference: Any, config: Any, *rest: Any, **options: Any) -> Any:
        # a query's own result and rows that replace rows leave every table its form
        keeps = reference[1] == tables.RESULTS or replaces_rows_only(reference, config)
        try:
            return write(cursor, text, params, reference, config, *rest, **options)
        finally:
            if not keeps:
                memory.forget()

    tables.write = written


def _parsed_once(parse: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    """The parser with a memory; each caller gets trees of its own, as it may change them."""
    remembered = lru_cache(maxsize=MOST)(lambda sql: tuple(parse(sql)))
    return lambda sql: [tree.copy() for tree in remembered(sql)]


def _forgetting(memory: Memory, change: Callable[..., Any]) -> Callable[..., Any]:
    def changed(*arguments: Any, **options: Any) -> Any:
        try:
            return change(*arguments, **options)
        finally:
            memory.forget()

    return changed
