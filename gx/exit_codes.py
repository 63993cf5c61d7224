"""The exit codes of every command; the docstring is the manual."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status says.

    0 PASS: every rule was evaluated and none is broken.
    1 BROKEN: at least one contract is broken.
    2 WARNINGS: only warnings, and ``--strict`` was given.
    3 NOT_EVALUATED: at least one rule has no answer (warehouse unreachable, statement failed, budget refused).
    64 USAGE: the command line, a contract file or an input file is wrong; nothing was run.
    """

    PASS = 0
    BROKEN = 1
    WARNINGS = 2
    NOT_EVALUATED = 3
    USAGE = 64
