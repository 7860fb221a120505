"""flask ledger, rollups and outbox: each check fails on a fault that was seeded."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.boards.queries import find_board
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from app.kernel.errors import PeriodClosed
from tests.builders.branches import BranchAtHand, open_city, open_commune
from tests.builders.consequences import drain_outbox, fold_totals
from tests.builders.donations import a_gift, give
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("installation_context")

Superuser = Callable[[str], None]


def test_a_broken_identity_is_named(flask: Run, as_superuser: Superuser) -> None:
    branch = open_commune(open_city())
    give(branch)
    assert flask("ledger", "check").exit_code == 0
    moved = "UPDATE postings SET amount = amount {} 1 WHERE branch_id = '{}' AND side = 'credit'"

    as_superuser(moved.format("+", branch.id))
    answer = flask("ledger", "check")
    as_superuser(moved.format("-", branch.id))

    assert answer.exit_code == 1
    assert f"{branch.slug}: the trial balance is zero" in answer.output
    assert f"{branch.slug}: a gift's entry counts its amount" in answer.output
    assert flask("ledger", "check").exit_code == 0


def test_a_lost_receipt_is_named(flask: Run, as_superuser: Superuser) -> None:
    branch = open_commune(open_city())
    give(branch)
    counted = "UPDATE receipt_series SET last_number = last_number {} 1 WHERE branch_id = '{}'"

    as_superuser(counted.format("+", branch.id))
    answer = flask("ledger", "check", "--branch", branch.slug)
    as_superuser(counted.format("-", branch.id))

    assert answer.exit_code == 1
    assert "a series has no gap and no double (D13): BN/" in answer.output


def test_a_closed_period_takes_no_gift_until_it_is_reopened(
    flask: Run, a_branch: BranchAtHand
) -> None:
    days = ("--branch", a_branch.slug, "--first", "2026-01-01", "--last", "31/01/2026")
    gift = a_gift(a_branch, received_on=date(2026, 1, 15))

    assert flask("ledger", "close", *days).exit_code == 0
    assert flask("ledger", "close", *days).exit_code == 1
    with pytest.raises(PeriodClosed):
        give(a_branch, gift)
    assert flask("ledger", "reopen", *days).exit_code == 0
    give(a_branch, gift)


@pytest.mark.parametrize("table", ["branch_day_totals", "branch_month_totals"])
def test_a_tampered_total_is_found_and_built_again(
    table: str, flask: Run, as_superuser: Superuser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    fold_totals()
    assert flask("rollups", "check").exit_code == 0

    as_superuser(f"UPDATE {table} SET amount = amount + 1 WHERE branch_id = '{a_branch.id}'")
    answer = flask("rollups", "check")

    assert answer.exit_code == 1
    assert table in answer.output
    assert flask("rollups", "rebuild").exit_code == 0
    assert flask("rollups", "check").exit_code == 0


def outbox_status(flask: Run) -> dict[str, float]:
    """What the outbox command counts."""
    answer: dict[str, float] = json.loads(flask("outbox", "status", "--json").output)
    return answer


def test_a_failed_fact_is_counted_and_tried_again(
    flask: Run, as_superuser: Superuser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    before = outbox_status(flask)
    as_superuser(f"UPDATE outbox SET failed_at = now() WHERE branch_id = '{a_branch.id}'")

    failed = outbox_status(flask)
    retried = flask("outbox", "retry")

    assert before["waiting"] > 0
    assert (failed["failed"], failed["waiting"]) == (1, before["waiting"] - 1)
    assert retried.output == "1 facts are due again.\n"
    assert outbox_status(flask)["failed"] == 0


def test_a_paper_without_its_file_is_named(flask: Run, installation: Flask) -> None:
    branch = open_commune(open_city())
    give(branch)
    drain_outbox()
    asked = ("receipts", "check", "--branch", branch.slug)
    sound = flask(*asked)
    (digest,) = digests_of(branch)

    installation.extensions["files"].path(digest).unlink()
    answer = flask(*asked)

    assert sound.exit_code == 0, sound.output
    assert answer.exit_code == 1
    assert f"{branch.slug}: BN/" in answer.output
    assert "no. 1 original: its file is lost or changed" in answer.output


def test_a_paper_that_nobody_will_print_is_named(flask: Run, as_superuser: Superuser) -> None:
    branch = open_commune(open_city())
    give(branch)
    waiting = flask("receipts", "check", "--branch", branch.slug)

    as_superuser(f"DELETE FROM outbox WHERE branch_id = '{branch.id}'")
    answer = flask("receipts", "check")

    assert waiting.exit_code == 0, waiting.output
    assert answer.exit_code == 1
    assert f"{branch.slug}: BN/" in answer.output
    assert "no. 1 original: it was never printed" in answer.output


def digests_of(branch: BranchAtHand) -> list[str]:
    """The papers recorded for a branch."""
    with reading(branch.scope) as session:
        found = session.execute(text("SELECT digest FROM receipt_documents"))
        return [row.digest for row in found]


def test_boards_are_made_again(flask: Run) -> None:
    branch = open_commune(open_city())
    give(branch)

    answer = flask("boards", "rebuild")

    assert answer.exit_code == 0
    with reading(DirectoryScope()) as session:
        kept = find_board(session, branch.slug)
    assert kept is not None
    assert kept.board.balance == 500_000
