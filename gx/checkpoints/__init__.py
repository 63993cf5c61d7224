"""Checkpoints: the way through, from contracts to a recorded verdict."""
