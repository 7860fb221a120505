"""An installation of its own: commands that act on everything must not meet other tests' data."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import psycopg
import pytest
from click.testing import Result
from flask import Flask

from app.db.base import close_connections
from app.factory import create_app
from config.local.cluster import Cluster, temporary_cluster
from config.settings import Settings, from_environ
from tests.migrated import migrate


class Run(Protocol):
    """Runs `flask …` with these words."""

    def __call__(self, *words: str, typed: str | None = None) -> Result:
        """Run to the end; `typed` is what the person types when asked."""
        ...


@pytest.fixture(scope="package")
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL for the commands' tests alone."""
    with temporary_cluster() as running:
        yield running


@pytest.fixture(scope="package")
def own_settings(own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a demonstration."""
    plain = from_environ({"KH_HOME": str(tmp_path_factory.mktemp("home")), "KH_DEMO": "1"})
    made = replace(
        plain,
        database_url=own_cluster.app_url(),
        database_owner_url=own_cluster.owner_url(),
        redis_url="redis://127.0.0.1:9/0",
        secret_key="test-secret-" * 4,
    )
    migrate(made, "upgrade")
    return made


@pytest.fixture(scope="package")
def installation(own_settings: Settings) -> Iterator[Flask]:
    """The application on that database."""
    app = create_app(own_settings)
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        close_connections()


@pytest.fixture
def installation_context(app_context: None, installation: Flask) -> Iterator[None]:
    """The builders work on that database too, in modules that use this."""
    with installation.app_context():
        yield


@pytest.fixture
def flask(installation: Flask) -> Run:
    """Runs a command as the shell would."""

    def run(*words: str, typed: str | None = None) -> Result:
        return installation.test_cli_runner().invoke(args=words, input=typed)

    return run


@pytest.fixture
def as_superuser(own_cluster: Cluster) -> Callable[[str], None]:
    """Runs a statement past every policy and trigger, as only a fault or a thief could."""

    def run(statement: str) -> None:
        with psycopg.connect(own_cluster.superuser_url(), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)

    return run
