"""Mail: one message to one person, sent at least once, repeated only when nobody knows.

A message names what it is about and to whom; what it says is made when it leaves, by the layer
that knows the object (letters.py). Sending is claim, act, settle (sending.py, delivery.py).
"""
