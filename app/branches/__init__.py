"""The dated tree of branches and their books."""
