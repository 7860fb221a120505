"""A Stripe on this machine: what we ask is held to Stripe's schema, and so is what it says.

The schema is Stripe's (tests/vendor/stripe). How the double behaves (what a refund does to a
balance, which events follow) is ours, from Stripe's documentation: it proves that we speak the
language and that our books survive what can happen, not that Stripe will do the same.
"""
