"""Totals of branches and their trees, folded from the ledger and provable against it."""
