"""Card payments: what the provider did with the money of an offer, and what that is in the book.

A payment's row is there before the provider hears of it. What a provider tells by event is only a
reason to look: the present object is fetched, held against the row, and taken over forward only.
"""
