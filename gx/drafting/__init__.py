"""A draft of a contract for a live table: its schema, one job that profiles a window, and guesses that say why."""
