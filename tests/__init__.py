"""Tests: a real database, as the application's role; data made by the services; nothing of ours mocked."""
