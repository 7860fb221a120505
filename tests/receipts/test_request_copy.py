"""Asking for a copy: there is one, and it is told once."""

from concurrent.futures import ThreadPoolExecutor, wait

from flask import Flask
from sqlalchemy import text

from app.audit import trail
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.service import reverse_donation
from app.kernel.ids import uuid7
from app.receipts.queries import ReceiptView, receipt_of_donation
from app.receipts.service import request_copy
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give


def a_receipt(branch: BranchAtHand) -> ReceiptView:
    """A printed receipt."""
    gift = give(branch)
    drain_outbox()
    with reading(branch.scope) as session:
        return receipt_of_donation(session, gift.id)


def ask(branch: BranchAtHand, receipt: ReceiptView) -> bool:
    """Ask for a copy in a transaction of its own."""
    with unit_of_work(branch.scope) as session:
        return request_copy(session, receipt.id)


def told(branch: BranchAtHand, receipt: ReceiptView) -> tuple[int, int]:
    """Lines in the trail, and facts that wait."""
    with reading(branch.scope) as session:
        waiting = session.execute(text("SELECT count(*) FROM outbox")).scalar_one()
        return len(trail(session, receipt.id)), waiting


def test_eight_who_ask_at_once_make_one_copy_and_one_line(
    application: Flask, a_branch: BranchAtHand
) -> None:
    receipt = a_receipt(a_branch)

    def ask_beside() -> bool:
        with application.app_context():
            return ask(a_branch, receipt)

    with ThreadPoolExecutor(7) as people:
        with unit_of_work(a_branch.scope) as session:
            first = request_copy(session, receipt.id)
            asked = [people.submit(ask_beside) for _ in range(7)]
            wait(asked, timeout=0.5)
        answers = [one.result() for one in asked]

    assert (first, answers) == (True, [False] * 7)
    assert told(a_branch, receipt) == (1, 1)


def test_a_copy_that_is_there_is_not_told_again(a_branch: BranchAtHand) -> None:
    receipt = a_receipt(a_branch)
    first = ask(a_branch, receipt)
    drain_outbox()

    assert (first, ask(a_branch, receipt)) == (True, False)
    assert told(a_branch, receipt) == (1, 0)


def test_a_void_receipt_gets_no_copy(a_branch: BranchAtHand) -> None:
    receipt = a_receipt(a_branch)
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session,
            ReverseDonation(id=uuid7(), donation_id=receipt.donation_id, reason="Ghi nhầm số tiền"),
        )

    assert not ask(a_branch, receipt)
