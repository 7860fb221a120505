"""Readiness tells what is missing, in JSON, whatever state the database is in (contract.md §3)."""

import psycopg
import pytest
from flask import Flask

from config.local.cluster import Cluster


def test_all_is_ready(application: Flask) -> None:
    answer = application.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json.keys() == {"database", "schema", "redis", "outbox_oldest_seconds"}
    assert (answer.json["database"], answer.json["schema"]) == ("ok", "ok")


@pytest.mark.parametrize(
    ("damage", "mended", "state"),
    [
        (
            "UPDATE alembic_version SET version_num = '0008'",
            "UPDATE alembic_version SET version_num = (SELECT max(v) FROM kept)",
            "behind",
        ),
        (
            "REVOKE SELECT ON alembic_version FROM kh_app",
            "GRANT SELECT ON alembic_version TO kh_app",
            "behind",
        ),
        (
            "ALTER TABLE alembic_version RENAME TO away",
            "ALTER TABLE away RENAME TO alembic_version",
            "missing",
        ),
    ],
)
def test_a_schema_that_is_not_what_the_code_needs_is_red(
    application: Flask, cluster: Cluster, damage: str, mended: str, state: str
) -> None:
    with psycopg.connect(cluster.owner_url(), autocommit=True) as owner:
        owner.execute("CREATE TEMP TABLE kept AS SELECT version_num AS v FROM alembic_version")
        owner.execute(damage)
        try:
            answer = application.test_client().get("/readyz")
        finally:
            owner.execute(mended)

    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["database"], answer.json["schema"]) == ("ok", state)
