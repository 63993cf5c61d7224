"""What stands now: the state that pages are made of, folded run by run and kept as the pages' own JSON twins."""
