"""Alerts: what a run found, told once a cause to the people who must know, and silent while nothing changes."""
