"""Measures what the README claims (`make bench`), and storms the product (`make chaos`).

Every figure is a ratio within one run, against a floor or a peer on the same PostgreSQL.
"""
