"""flask rates: kept with their source, the newest counts."""

import json

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("installation_context")


def test_a_rate_is_kept_and_listed(flask: Run) -> None:
    flask("rates", "set", "USD", "26000", "--source", "Vietcombank, hôm qua")
    kept = flask("rates", "set", "usd", "26100.5", "--source", "Vietcombank")

    (row,) = json.loads(flask("rates", "list", "--json").output)
    assert kept.exit_code == 0
    assert (row["currency"], row["rate"], row["source"]) == ("USD", "26100.500000", "Vietcombank")


@pytest.mark.parametrize("rate", ["0", "1e4", "26,100", "NaN", "10000000", "x", "²"])
def test_what_is_no_rate_is_refused(flask: Run, rate: str) -> None:
    refused = flask("rates", "set", "USD", rate, "--source", "x")

    assert refused.exit_code != 0
    assert "Traceback" not in refused.output


def test_the_dong_has_no_rate(flask: Run) -> None:
    assert flask("rates", "set", "VND", "1", "--source", "x").exit_code == 1


def test_a_rate_needs_its_source(flask: Run) -> None:
    assert flask("rates", "set", "USD", "26100").exit_code == 2
