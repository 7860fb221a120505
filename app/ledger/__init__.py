"""The double-entry book of a branch: accounts, entries, postings, periods."""
