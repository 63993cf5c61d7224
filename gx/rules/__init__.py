"""Rule families: one file each, with its arguments, its SQL, its judgement and its words."""
