"""The demonstration: people to sign in as, and two years of gifts, always the same ones."""
