"""Judging: measurements become results and verdicts; pure functions."""
