"""Every migration goes both ways, and the way back leaves nothing behind."""

from dataclasses import replace

import psycopg

from config.local.cluster import Cluster
from config.settings import Settings
from tests.migrated import migrate

DATABASE = "up_down_up"
OBJECTS = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
      AND relname NOT LIKE 'alembic%' AND relkind IN ('r', 'v', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
    UNION ALL
    SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def test_up_down_up(cluster: Cluster, settings: Settings) -> None:
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {DATABASE} OWNER kh_owner")
    with psycopg.connect(cluster.superuser_url(DATABASE), autocommit=True) as superuser:
        superuser.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm")
        superuser.execute("ALTER SCHEMA public OWNER TO kh_owner")
        elsewhere = replace(
            settings,
            database_url=cluster.app_url(DATABASE),
            database_owner_url=cluster.owner_url(DATABASE),
        )

        migrate(elsewhere, "upgrade")
        migrate(elsewhere, "downgrade")
        left = superuser.execute(OBJECTS).fetchall()
        migrate(elsewhere, "upgrade")

        assert left == []
        assert superuser.execute("SELECT count(*) FROM branches").fetchone() == (683,)
