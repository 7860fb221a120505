"""Givers and their contact details: all personal data of givers lives here."""
