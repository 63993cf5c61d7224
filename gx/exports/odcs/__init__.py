"""The Open Data Contract Standard (bitol.io): contracts written as its documents, and read back from them."""
