"""Quỹ Khuyến học: features own the domain, audiences own the web, the worker owns the clock."""
