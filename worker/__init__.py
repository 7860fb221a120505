"""Consequences: what follows from facts the web recorded, at least once and in any order."""
