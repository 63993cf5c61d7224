"""Warehouse: the only room that talks to BigQuery."""
