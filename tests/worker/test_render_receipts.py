"""The receipt's paper: printed by the worker, once, however often the bell rings."""

from uuid import UUID

import pytest
from flask import current_app
from sqlalchemy import text

from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.service import reverse_donation
from app.kernel.ids import uuid7
from app.receipts.queries import ReceiptView, receipt_of_donation
from app.receipts.service import request_copy
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give
from worker.tasks.receipts import render


def receipt_of(branch: BranchAtHand, donation_id: UUID) -> ReceiptView:
    """The receipt as it stands."""
    with reading(branch.scope) as session:
        return receipt_of_donation(session, donation_id)


def waiting(branch: BranchAtHand) -> list[tuple[str, str]]:
    """Branch and id of the facts that wait."""
    with reading(branch.scope) as session:
        return [
            (str(b), str(i)) for b, i in session.execute(text("SELECT branch_id, id FROM outbox"))
        ]


def test_a_gift_gets_its_paper(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)

    drain_outbox()

    receipt = receipt_of(a_branch, gift.id)
    assert receipt.status == "rendered"
    assert current_app.extensions["files"].read(receipt.digest).startswith(b"%PDF-")
    assert waiting(a_branch) == []


def test_a_task_that_runs_twice_prints_one_paper(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    ((branch_id, fact_id),) = waiting(a_branch)

    render(branch_id, [fact_id])
    first = receipt_of(a_branch, gift.id)
    render(branch_id, [fact_id])

    assert receipt_of(a_branch, gift.id) == first


def test_a_forged_task_of_another_branch_does_nothing(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    ((_, fact_id),) = waiting(a_branch)

    render(str(another_branch.id), [fact_id])

    assert receipt_of(a_branch, gift.id).status == "issued"
    assert len(waiting(a_branch)) == 1


def test_copy_and_void_are_papers_of_their_own(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        request_copy(session, receipt_of(a_branch, gift.id).id)
        reversal = ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Ghi nhầm số tiền")
        reverse_donation(session, reversal)

    drain_outbox()

    receipt = receipt_of(a_branch, gift.id)
    assert (receipt.status, receipt.number) == ("void", 1)
    assert sorted(receipt.digests) == ["copy", "original", "void"]
    assert len(set(receipt.digests.values())) == 3


def test_a_paper_that_cannot_be_stored_is_tried_again(
    a_branch: BranchAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(a_branch)
    ((branch_id, fact_id),) = waiting(a_branch)
    monkeypatch.setattr(current_app.extensions["files"], "root", "/proc/no-such-place")

    with pytest.raises((OSError, TypeError)):
        render(branch_id, [fact_id])

    with reading(a_branch.scope) as session:
        row = session.execute(text("SELECT attempts, due_at > now() FROM outbox")).one()
    assert tuple(row) == (1, True)
