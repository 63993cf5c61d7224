"""What ``scripts/benchmark.py`` measures, a topic a module, and how its figures are told."""
