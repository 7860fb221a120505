"""Statements on the driver's own connection refuse, commit and recover, as those of Core do."""

from datetime import date

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.direct import Driver, Prepared, Rows, fetch
from app.db.unit_of_work import reading, single_statement, unit_of_work
from app.kernel.errors import Busy, Invalid
from config.local.cluster import Cluster
from tests.builders.branches import BranchAtHand

REFUSE = "DO $$ BEGIN RAISE EXCEPTION 'Không' USING ERRCODE = 'KH422', COLUMN = 'x'; END $$"
END_OF_SERVER = "SELECT pg_terminate_backend(pg_backend_pid())"


def asked(session: Session, statement: str) -> object:
    return fetch(session.connection(), statement, {})


def rename_and_refuse(branch: BranchAtHand) -> None:
    with unit_of_work(branch.scope) as session:
        asked(session, "UPDATE funds SET name = 'Đổi' RETURNING id")
        asked(session, REFUSE)


def test_rows_are_those_of_the_transactions_branch(a_branch: BranchAtHand) -> None:
    with reading(a_branch.scope) as session:
        rows = fetch(session.connection(), "SELECT id, %(n)s::int FROM funds", {"n": 7})

    assert rows == [(a_branch.fund_id, 7)]


def test_a_refusal_is_the_domains_own(a_branch: BranchAtHand) -> None:
    with pytest.raises(Invalid) as refusal, unit_of_work(a_branch.scope) as session:
        asked(session, REFUSE)

    assert (refusal.value.field, refusal.value.message) == ("x", "Không")


def test_a_fault_of_ours_stays_a_fault(a_branch: BranchAtHand) -> None:
    with pytest.raises(DBAPIError), unit_of_work(a_branch.scope) as session:
        asked(session, "SELECT nonsense")


def test_a_lost_connection_is_busy_and_the_next_one_works(a_branch: BranchAtHand) -> None:
    with pytest.raises(Busy), unit_of_work(a_branch.scope) as session:
        asked(session, END_OF_SERVER)

    with reading(a_branch.scope) as session:
        assert asked(session, "SELECT 1") == [(1,)]


def alone(statement: str) -> Rows:
    def verb(driver: Driver) -> Rows:
        return Prepared(statement).fetch(driver)

    return single_statement(verb)


def test_a_single_statement_enters_no_branch_by_itself(a_branch: BranchAtHand) -> None:
    assert alone("SELECT count(*) FROM funds") == [(0,)]


def test_a_prepared_statement_takes_texts_and_hands_over_values() -> None:
    statement = Prepared("SELECT $1::int + 2, $2::jsonb, $3::date")

    def verb(driver: Driver) -> Rows:
        return statement.fetch(driver, "5", '{"tên": "Hoà"}', "2026-11-24")

    for _ in range(3):
        assert single_statement(verb) == [(7, {"tên": "Hoà"}, date(2026, 11, 24))]


def test_a_single_statement_that_cannot_commit_is_no_answer(cluster: Cluster) -> None:
    with psycopg.connect(cluster.owner_url(), autocommit=True) as owner:
        owner.execute("CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        owner.execute("GRANT INSERT, SELECT ON late TO kh_app")
        try:
            with pytest.raises(DBAPIError):
                alone("INSERT INTO late VALUES (1), (1) RETURNING id")
        finally:
            owner.execute("DROP TABLE late")


def test_a_refused_single_statement_leaves_a_connection_for_transactions(
    a_branch: BranchAtHand,
) -> None:
    with pytest.raises(Invalid):
        alone(REFUSE)

    with pytest.raises(Invalid):
        rename_and_refuse(a_branch)
    with reading(a_branch.scope) as session:
        assert asked(session, "SELECT count(*) FROM funds WHERE name = 'Đổi'") == [(0,)]


def test_a_single_statement_cut_off_is_busy_and_the_next_one_works() -> None:
    with pytest.raises(Busy):
        alone(END_OF_SERVER)

    assert alone("SELECT 1") == [(1,)]
