"""Whose address counts: the client's, as proxies of ours tell it. /metrics stays here."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db.base import close_connections
from app.factory import create_app
from config.settings import Settings, SettingsError, from_environ
from tests.builders.pages import alone

UNTIL_REFUSED = 70


@pytest.fixture(scope="module")
def behind_a_proxy(settings: Settings) -> Iterator[Flask]:
    """The application behind one proxy of ours, which asks from loopback."""
    app = create_app(replace(settings, trusted_proxies=1, metrics_token="tell-me-the-figures"))
    yield app
    with app.app_context():
        close_connections()


def verifying(client: FlaskClient, address: str, forwarded: str) -> int:
    """The answer to asking for a receipt by its code."""
    return int(
        alone(
            client.get,
            "/xac-minh/7K3M9QXT2B4D",
            environ_base={"REMOTE_ADDR": address},
            headers={"X-Forwarded-For": forwarded},
        ).status_code
    )


def test_a_forged_address_is_ignored_where_no_proxy_is_trusted(application: Flask) -> None:
    client = application.test_client()
    asked = [verifying(client, "10.20.0.1", f"10.21.0.{n}") for n in range(UNTIL_REFUSED)]

    assert asked[0] == 404
    assert asked[-1] == 429
    assert verifying(client, "10.20.0.2", "10.20.0.1") == 404


def test_behind_a_proxy_each_client_has_his_own_address(behind_a_proxy: Flask) -> None:
    client = behind_a_proxy.test_client()
    # The client may write what he likes: the proxy adds where it was asked from, as the last one.
    asked = [
        verifying(client, "127.0.0.1", f"10.21.0.{n}, 10.22.0.1") for n in range(UNTIL_REFUSED)
    ]

    assert asked[-1] == 429
    assert verifying(client, "127.0.0.1", "10.22.0.1, 10.22.0.2") == 404


@pytest.mark.parametrize("forwarded", ["127.0.0.1", "::1", "10.22.0.9", "10.22.0.9, 127.0.0.1", ""])
@pytest.mark.parametrize("proxies", [0, 1])
def test_metrics_are_not_handed_on(
    application: Flask, behind_a_proxy: Flask, proxies: int, forwarded: str
) -> None:
    client = (application, behind_a_proxy)[proxies].test_client()
    headers = {"X-Forwarded-For": forwarded}

    assert alone(client.get, "/metrics", headers=headers).status_code == 404


def test_metrics_are_for_this_machine_and_for_the_bearer(behind_a_proxy: Flask) -> None:
    client = behind_a_proxy.test_client()
    told = {"X-Forwarded-For": "10.22.0.9", "Authorization": "Bearer tell-me-the-figures"}
    elsewhere = {"REMOTE_ADDR": "10.22.0.9"}

    assert alone(client.get, "/metrics").status_code == 200
    assert alone(client.get, "/metrics", headers=told).status_code == 200
    assert alone(client.get, "/metrics", environ_base=elsewhere).status_code == 404


def test_the_proxy_says_whether_the_client_came_by_https(behind_a_proxy: Flask) -> None:
    client = behind_a_proxy.test_client()
    headers = {"X-Forwarded-For": "10.22.0.9", "X-Forwarded-Proto": "https"}

    answer = alone(client.get, "/healthz", headers=headers)

    assert "Strict-Transport-Security" in answer.headers


def test_a_number_of_proxies_is_a_small_whole_number() -> None:
    assert from_environ({}).trusted_proxies == 0
    assert from_environ({"TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    for wrong in ("-1", "yes", "10", "1.0"):
        with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
            from_environ({"TRUSTED_PROXIES": wrong})
