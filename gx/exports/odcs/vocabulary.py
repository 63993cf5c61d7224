"""The names that an exported document uses where the standard leaves the choice to its writer.

What the standard has no place for is kept in custom properties, so that reading a document back loses nothing of a
contract. Each name stands once, here, for the writing and the reading side.
"""

from __future__ import annotations

from typing import Any

from open_data_contract_standard.model import CustomProperty

API_VERSION = "v3.1.0"
"""The oldest version of the standard that has everything used here: the most tools read it."""
ENGINE = "greatExpectations"
"""The standard's own name of the engine that runs custom rules written as expectations."""

# of a table
PROCESSOR, PHASE, UPSTREAM, CLUSTERING = "processor", "phase", "upstream", "clustering"
GAME_DATE_COLUMN = "gameDateColumn"
"""The column of the dates that rules are judged by, where the table is not partitioned by it."""
PARTITION_FILTER = "requirePartitionFilter"
CALENDAR = "calendar"
"""When the table's rows are due, and what the calendar excuses."""

# of a column
ALLOWED, TYPICAL, RULE_SEVERITY = "allowed", "typical", "ruleSeverity"

# of a rule
SCOPE, INCIDENT, REMEDY, OWNER, SINCE, UNTIL = "scope", "incident", "remedy", "owner", "since", "until"
SHORTHAND = "shorthand"
"""True of a rule that the column's own keys stand for (required, minimum, pattern, allowed, typical)."""
SAME_AS = "sameAs"
"""The rule that a library rule says again, in the standard's own words."""


def custom(**values: Any) -> list[CustomProperty] | None:
    """Custom properties of those that have a value; None when none has."""
    found = [CustomProperty(property=name, value=value) for name, value in values.items() if _says_something(value)]
    return found or None


def _says_something(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}
