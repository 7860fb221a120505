"""Storms the running product with gifts while killing its parts, and proves what is left.

Every send ends acked, refused or unknown; an unknown one is sent again with the same key until it
is one of the others. Then: acked ⊆ database, refused ∩ database = ∅, and each gift exactly once.
"""
