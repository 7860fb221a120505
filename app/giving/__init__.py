"""Giving without an account: offers, and the money that answers them."""
