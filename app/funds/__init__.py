"""Funds, their restriction and standing, and the drives that appeal for them."""
