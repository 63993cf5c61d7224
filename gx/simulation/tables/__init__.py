"""The tables of the pipeline, each from what happened in a season."""
