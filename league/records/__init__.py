"""What is written down: legs in blocks, the ledger that holds them, which leg is which, games known by records."""
