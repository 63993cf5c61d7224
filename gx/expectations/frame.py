"""Great Expectations' suite, validation definition and checkpoint for objects that are made anew at each run.

Before it runs, GX reads every suite back from its store and compares it, expectation by expectation and several times
over, with the one in hand, lest somebody changed it since it was saved. Ours are saved by the function that runs
them, into a store in memory, so these classes skip that comparison: it is four fifths of the time of a large run.
"""

from __future__ import annotations

from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition
from great_expectations.core.freshness_diagnostics import (
    CheckpointFreshnessDiagnostics,
    ExpectationSuiteFreshnessDiagnostics,
    ValidationDefinitionFreshnessDiagnostics,
)


class RunSuite(ExpectationSuite):
    """A table's expectations for one run."""

    def is_fresh(self) -> ExpectationSuiteFreshnessDiagnostics:
        """Always."""
        return ExpectationSuiteFreshnessDiagnostics(errors=[])


class RunValidation(ValidationDefinition):
    """A table's suite over its batch for one run."""

    def is_fresh(self) -> ValidationDefinitionFreshnessDiagnostics:
        """Always."""
        return ValidationDefinitionFreshnessDiagnostics(errors=[])


class RunCheckpoint(Checkpoint):
    """The checkpoint of one run."""

    def is_fresh(self) -> CheckpointFreshnessDiagnostics:
        """Always."""
        return CheckpointFreshnessDiagnostics(errors=[])
