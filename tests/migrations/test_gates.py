"""The gates: none has an answer on the real schema, and each answers once its fault is seeded."""

import psycopg
import pytest

from config.local.cluster import Cluster
from config.settings import Settings
from tests.migrations.gates import GATES


@pytest.mark.parametrize("name", GATES)
def test_the_schema_passes(name: str, cluster: Cluster, settings: Settings) -> None:
    with psycopg.connect(cluster.superuser_url()) as superuser:
        assert superuser.execute(GATES[name].query).fetchall() == []


@pytest.mark.parametrize("name", GATES)
def test_the_gate_sees_its_fault(name: str, cluster: Cluster, settings: Settings) -> None:
    with psycopg.connect(cluster.superuser_url()) as superuser:
        superuser.execute(GATES[name].fault)

        found = superuser.execute(GATES[name].query).fetchall()

        superuser.rollback()
    assert found
