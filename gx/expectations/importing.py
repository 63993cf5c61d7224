"""Imports Great Expectations once, quietly, and without the two libraries that cost most and serve least here.

About half of the time that GX takes to import goes to scipy.stats and altair, which one of its expectations
(Kullback-Leibler divergence) and two of its metrics use. Both are loaded on first use instead. A run calls this while
its BigQuery jobs wait.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from threading import RLock
from types import ModuleType

LAZY = frozenset({"altair", "scipy.stats"})
"""Modules that run when an attribute of theirs is first read."""

_lock = RLock()


class _LazyFinder(MetaPathFinder):
    """Finds the modules of ``LAZY`` where Python would, and puts off running them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in LAZY:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, Loader):
            return None
        spec.loader = LazyLoader(spec.loader)
        return spec


def import_great_expectations() -> ModuleType:
    """The ``great_expectations`` package, imported at most once; safe to call from any thread.

    GX's usage reports are off before its first line runs; its warnings, which name classes of ours that stand in
    for its own, are not for the reader of a run.

    Raises:
        ImportError: Great Expectations is not installed.
    """
    with _lock:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        finder = _LazyFinder()
        sys.meta_path.insert(0, finder)
        try:
            return importlib.import_module("great_expectations")
        finally:
            sys.meta_path.remove(finder)
