"""Data Docs: the GX site builder that writes the pages."""
