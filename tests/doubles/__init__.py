"""Doubles of what stands outside: small servers that speak the other side's own language."""
