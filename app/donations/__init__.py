"""Gifts received: record, reverse, find."""
