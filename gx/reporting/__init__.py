"""Reports: terminal, JSON and the summary of a run."""
