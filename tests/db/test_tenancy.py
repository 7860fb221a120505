"""What holds whatever Python does: no scope no rows, no foreign row, no way round."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from app.db.base import UnsafeRole, engine, refuse_to_start, refuse_unsafe_role
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.factory import create_app
from config.local.cluster import Cluster
from config.settings import Settings
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give

TENANT_TABLES = ("donors", "donations", "receipts", "postings", "funds", "memberships", "outbox")


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_without_a_scope_there_are_no_rows(table: str, a_branch: BranchAtHand) -> None:
    give(a_branch)

    with reading(DirectoryScope()) as session:
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_branch_sees_no_row_of_another(
    table: str, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    give(a_branch)

    with reading(another_branch.scope) as session:
        query = text(f"SELECT count(*) FROM {table} WHERE branch_id = :other")
        assert session.execute(query, {"other": a_branch.id}).scalar_one() == 0


def test_a_session_without_a_scope_runs_nothing() -> None:
    with Session(engine()) as session, pytest.raises(KeyError):
        session.execute(text("SELECT 1"))


def test_a_row_for_another_branch_is_refused(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        unit_of_work(a_branch.scope) as session,
    ):
        session.execute(
            text(
                "INSERT INTO drives (branch_id, id, fund_id, name, starts_on)"
                " VALUES (:b, :i, :f, 'x', now())"
            ),
            {"b": another_branch.id, "i": uuid4(), "f": another_branch.fund_id},
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE donations SET amount = 1",
        "DELETE FROM donations",
        "INSERT INTO receipt_series VALUES (current_branch(), 2026, 'BN', 'B', 1)",
        "UPDATE postings SET amount = 1",
        "UPDATE receipts SET number = 99",
        "UPDATE receipt_series SET last_number = 99",
        "DELETE FROM audit_events",
        "UPDATE receipt_documents SET digest = digest",
        "TRUNCATE donations",
    ],
)
def test_what_was_written_stays_written(change: str, a_branch: BranchAtHand) -> None:
    give(a_branch)

    with pytest.raises(DBAPIError), unit_of_work(a_branch.scope) as session:
        session.execute(text(change))


def test_even_the_owner_cannot_change_a_posting(
    a_branch: BranchAtHand, cluster: Cluster, settings: Settings
) -> None:
    give(a_branch)

    with psycopg.connect(cluster.owner_url()) as owner:
        with pytest.raises(psycopg.Error, match="append-only"):
            owner.execute("UPDATE postings SET amount = 1")
        owner.rollback()


@pytest.mark.parametrize("role", ["superuser_url", "owner_url"])
def test_the_application_refuses_a_role_that_could_look_past(role: str, cluster: Cluster) -> None:
    with psycopg.connect(getattr(cluster, role)()) as connection, pytest.raises(UnsafeRole):
        refuse_unsafe_role(connection, None)


def test_the_application_starts_with_its_own_role_alone(
    settings: Settings, cluster: Cluster
) -> None:
    refuse_to_start(create_app(settings))
    refuse_to_start(
        create_app(replace(settings, database_url="postgresql+psycopg://127.0.0.1:9/x"))
    )

    with pytest.raises(SystemExit, match="DATABASE_URL must name a role"):
        refuse_to_start(create_app(replace(settings, database_url=cluster.owner_url())))
