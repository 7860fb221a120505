"""One PostgreSQL for the run, one database for each worker, cloned from a migrated template.

Tests commit for real. They need no clean-up, for each opens branches of its own: isolation by
tenant is what the product promises, and the tests live on that promise.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.banking import check as banking_check
from app.db.base import close_connections
from app.db.unit_of_work import reading
from app.factory import create_app
from app.ledger import check as ledger_check
from app.payments import check as payments_check
from app.receipts import check as receipts_check
from config.local.cluster import Cluster, temporary_cluster
from config.settings import Settings, from_environ
from tests.builders.branches import BranchAtHand, open_city, open_commune
from tests.migrated import migrate


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL of this worker's own."""
    with temporary_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def settings(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a migrated database, with a home of their own."""
    plain = from_environ({"KH_HOME": str(tmp_path_factory.mktemp("home"))})
    made = replace(
        plain,
        database_url=cluster.app_url(),
        database_owner_url=cluster.owner_url(),
        redis_url="redis://127.0.0.1:9/0",
        secret_key="test-secret-" * 4,
    )
    migrate(made, "upgrade")
    return made


@pytest.fixture(scope="session")
def application(settings: Settings) -> Iterator[Flask]:
    """The application as every test sees it."""
    app = create_app(settings)
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        close_connections()


@pytest.fixture(autouse=True)
def app_context(application: Flask) -> Iterator[None]:
    """Every test runs inside the application's context, as a command or a task would."""
    with application.app_context():
        yield


@pytest.fixture
def city() -> BranchAtHand:
    """A city with nothing below it yet."""
    return open_city()


@pytest.fixture
def a_branch(city: BranchAtHand) -> Iterator[BranchAtHand]:
    """A commune of `city`; its book is checked when the test has ended."""
    branch = open_commune(city)
    yield branch
    assert_book_is_sound(branch)


@pytest.fixture
def another_branch(city: BranchAtHand) -> Iterator[BranchAtHand]:
    """A second commune of `city`, which must never see the first one."""
    branch = open_commune(city)
    yield branch
    assert_book_is_sound(branch)


def assert_book_is_sound(branch: BranchAtHand) -> None:
    """The identities hold after every test, whatever it did."""
    with reading(branch.scope) as session:
        assert ledger_check.broken_identities(session) == []
        assert receipts_check.broken_identities(session) == []
        assert banking_check.broken_identities(session) == []
        assert payments_check.broken_identities(session) == []
