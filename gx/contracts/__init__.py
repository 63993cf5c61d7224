"""Contracts: YAML to frozen models, and every error at once."""
