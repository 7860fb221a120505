"""Boards: the notice board of a branch, projected column by column and kept for everybody."""
