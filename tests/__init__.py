"""Tests: a real database, as the application's role; data through services; no mocks of ours."""
