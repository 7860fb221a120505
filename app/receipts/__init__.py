"""Receipts: numbered, frozen at issue, printed by the worker, verified by anyone."""
