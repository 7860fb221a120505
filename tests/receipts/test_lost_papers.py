"""A paper whose file is lost or changed: never given out, and made again as it was issued."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from app.accounts.permissions import Role
from app.db import outbox
from app.db.unit_of_work import reading, unit_of_work
from app.receipts.check import papers_without_file
from app.receipts.printing import PaperChangedError, print_papers
from app.receipts.queries import ReceiptView, papers_due, receipt_of_donation
from app.receipts.service import print_again, rendering_orders, settle_rendering
from app.storage import FileStore
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give
from tests.builders.pages import Browser, alone
from tests.builders.software import Software


def put_a_folder(file: Path) -> None:
    """Put a folder that holds something in the file's place."""
    file.unlink()
    (file / "kept").mkdir(parents=True)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "lost": lambda file: file.unlink(),
    "emptied": lambda file: file.write_bytes(b""),
    "another paper": lambda file: file.write_bytes(b"%PDF-1.7 another"),
    "a folder": put_a_folder,
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-1]),
}


def files() -> FileStore:
    """Where the papers are."""
    store: FileStore = current_app.extensions["files"]
    return store


def a_printed_receipt(branch: BranchAtHand) -> ReceiptView:
    """A gift's receipt with its paper."""
    gift = give(branch)
    drain_outbox()
    return receipt_of(branch, gift.id)


def receipt_of(branch: BranchAtHand, donation_id: UUID) -> ReceiptView:
    """The receipt as it stands."""
    with reading(branch.scope) as session:
        return receipt_of_donation(session, donation_id)


def file_of(receipt: ReceiptView) -> Path:
    """The file of the receipt's original."""
    return files().path(str(receipt.digest))


def due(branch: BranchAtHand, receipt: ReceiptView) -> frozenset[str]:
    """The renditions that are to be printed."""
    with reading(branch.scope) as session:
        return papers_due(session, receipt.id)


def missing(branch: BranchAtHand) -> list[str]:
    """What `flask receipts check` would list."""
    with reading(branch.scope) as session:
        return list(papers_without_file(session, files()))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_paper_is_made_again_and_never_given_out(
    damage: str, application: Flask, a_branch: BranchAtHand
) -> None:
    receipt = a_printed_receipt(a_branch)
    whole = file_of(receipt).read_bytes()
    DAMAGES[damage](file_of(receipt))
    treasurer = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))
    page = f"/b/{a_branch.slug}/ung-ho/{receipt.donation_id}"

    told = treasurer.open(f"{page}/bien-nhan.pdf")
    waiting = treasurer.open(page).text
    drain_outbox()
    given = alone(treasurer.client.get, f"{page}/bien-nhan.pdf")

    assert (told.status, told.headers["Retry-After"]) == (202, "2")
    assert "đang lập lại bản in của biên nhận số 0000001" in told.text
    assert "bien-nhan.pdf" not in waiting
    assert (given.status_code, given.data) == (200, whole)
    assert receipt_of(a_branch, receipt.donation_id) == receipt


def test_software_waits_for_a_lost_paper_that_is_ordered_once(
    application: Flask, a_branch: BranchAtHand
) -> None:
    receipt = a_printed_receipt(a_branch)
    whole = file_of(receipt).read_bytes()
    file_of(receipt).unlink()
    software = Software(application, a_branch, Role.TREASURER)

    asked = [software.get(f"/receipts/{receipt.id}/pdf").status_code for _ in range(3)]

    assert asked == [202, 202, 202]
    assert due(a_branch, receipt) == {"original"}
    assert drain_outbox() == 1
    assert software.get(f"/receipts/{receipt.id}/pdf").data == whole


def test_the_check_names_what_lacks_its_file(a_branch: BranchAtHand) -> None:
    receipt = a_printed_receipt(a_branch)
    give(a_branch)
    before = missing(a_branch)

    file_of(receipt).write_bytes(b"%PDF-1.7 another")

    assert before == []
    assert missing(a_branch) == [f"{receipt.series} no. 1 original: its file is lost or changed"]


def test_a_lost_paper_that_would_come_out_otherwise_is_not_passed_for_it(
    a_branch: BranchAtHand,
) -> None:
    receipt = a_printed_receipt(a_branch)
    file_of(receipt).unlink()
    with unit_of_work(a_branch.scope) as session:
        print_again(session, receipt, "original")
    with reading(a_branch.scope) as session:
        ids = session.execute(text("SELECT id FROM outbox")).scalars().all()
        orders = rendering_orders(session, ids, public_url="https://moved.example.vn")

    with pytest.raises(PaperChangedError):
        print_papers(orders, files())


def test_a_paper_is_recorded_once_although_a_later_release_prints_it_otherwise(
    a_branch: BranchAtHand,
) -> None:
    receipt = a_printed_receipt(a_branch)
    with unit_of_work(a_branch.scope) as session:
        outbox.record(session, "receipts.issued", receipt.id)
        ids = session.execute(text("SELECT id FROM outbox")).scalars().all()
        orders = rendering_orders(session, ids, public_url="https://moved.example.vn")
        settle_rendering(session, print_papers(orders, files()))

    assert due(a_branch, receipt) == frozenset()
    assert receipt_of(a_branch, receipt.donation_id) == receipt
