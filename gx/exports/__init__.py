"""Contracts that travel: documents for other tools, made from the contracts, and drafts made from such documents."""
