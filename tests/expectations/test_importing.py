"""Great Expectations is imported without what costs most, whole, and once."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import json, os, sys, threading
os.environ.pop("GX_ANALYTICS_ENABLED", None)
from gx.expectations.importing import import_great_expectations
before = "great_expectations" in sys.modules
found = []
threads = [threading.Thread(target=lambda: found.append(import_great_expectations())) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
late = [name for name in ("scipy.stats._stats_py", "altair.vegalite") if name in sys.modules]
from scipy import stats
import altair
print(json.dumps({
    "before": before,
    "one": len({id(module) for module in found}),
    "late": late,
    "works": [round(float(stats.norm.cdf(0)), 2), altair.Chart.__name__],
    "analytics": os.environ["GX_ANALYTICS_ENABLED"],
    "finders": [type(finder).__name__ for finder in sys.meta_path],
}))
"""


def test_costly_libraries_wait_until_they_are_used() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert said["before"] is False
    assert said["one"] == 1
    assert said["late"] == []
    assert said["works"] == [0.5, "Chart"]
    assert said["analytics"] == "False"
    assert "_LazyFinder" not in said["finders"]
