"""Gates: a checkpoint that says, game date by game date, whether a backfill may start and whether it worked."""
