"""What the tests of banking share."""

from collections.abc import Iterator

import pytest

from tests.builders.aggregators import Aggregator, serving


@pytest.fixture
def aggregator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aggregator]:
    """A server that answers as a test says, for one test."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as here:
        yield here
