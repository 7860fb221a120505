"""Aggregators that tell of an account: what they send proved and read, what was missed asked for.

Pure but for the asking, which speaks to the aggregator alone: no database, no web. `registry` is
the way in, `protocol` says what every aggregator here can do.
"""
