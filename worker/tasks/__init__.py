"""Tasks: doorbells that call one service each."""
