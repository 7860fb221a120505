"""Gifts: record, find, take back."""
