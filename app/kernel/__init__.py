"""The words every feature shares: money, ids, the clock, refusals. Standard library only."""
