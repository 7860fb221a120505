"""Statements on the driver's own cursor refuse, and recover, as those of Core do."""

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.direct import fetch
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.errors import Busy, Invalid
from tests.builders.branches import BranchAtHand

REFUSE = "DO $$ BEGIN RAISE EXCEPTION 'Không' USING ERRCODE = 'KH422', COLUMN = 'x'; END $$"
END_OF_SERVER = "SELECT pg_terminate_backend(pg_backend_pid())"


def asked(session: Session, statement: str) -> object:
    return fetch(session.connection(), statement, {})


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
