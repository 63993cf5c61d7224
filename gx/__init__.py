"""Data contracts for the NBA player-props pipeline: parse, plan, measure, judge, report."""

__version__ = "0.1.0"
