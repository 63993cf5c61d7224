"""Contracts as a Great Expectations project: suites, batches and checkpoints that Great Expectations runs itself."""
