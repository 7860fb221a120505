"""Money at the bank: accounts, who tells of them, and every line of theirs, counted once."""
