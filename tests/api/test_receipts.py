"""GET /receipts/{id} and its papers."""

import hashlib

from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.software import Software, gift_body


def a_receipt(software: Software, branch: BranchAtHand) -> tuple[str, str]:
    """The ids of a new gift and of its receipt."""
    told = software.post("/donations", gift_body(branch)).json
    return told["id"], told["receipt"]["id"]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_paper_is_waited_for_and_then_given(treasurer: Software, a_branch: BranchAtHand) -> None:
    _, receipt = a_receipt(treasurer, a_branch)
    early = treasurer.get(f"/receipts/{receipt}/pdf")
    issued = treasurer.get(f"/receipts/{receipt}").json

    drain_outbox()

    assert (early.status_code, early.headers["Retry-After"]) == (202, "1")
    assert (issued["status"], issued["digest"]) == ("issued", None)
    printed = treasurer.get(f"/receipts/{receipt}").json
    paper = treasurer.get(f"/receipts/{receipt}/pdf")
    assert (printed["status"], printed["digest"]) == ("rendered", sha256(paper.data))
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert paper.data.startswith(b"%PDF-")


def test_a_void_receipt_gives_its_void_paper_and_keeps_the_original(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    gift, receipt = a_receipt(treasurer, a_branch)
    drain_outbox()
    treasurer.post(f"/donations/{gift}/reversals", {"reason": "Ghi nhầm số tiền"})
    before = treasurer.get(f"/receipts/{receipt}/pdf")

    drain_outbox()

    told = treasurer.get(f"/receipts/{receipt}").json
    papers = {
        name: sha256(treasurer.get(f"/receipts/{receipt}/pdf?rendition={name}").data)
        for name in ("original", "void")
    }
    assert (told["status"], told["void"]["reason"]) == ("void", "Ghi nhầm số tiền")
    assert (told["papers"], told["digest"]) == (papers, papers["void"])
    assert (before.status_code, before.data) == (202, b"")  # never the unmarked one again
    assert sha256(treasurer.get(f"/receipts/{receipt}/pdf").data) == papers["void"]


def test_a_paper_that_nobody_asked_for_is_absent(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    _, receipt = a_receipt(treasurer, a_branch)

    answers = [
        treasurer.get(f"/receipts/{receipt}/pdf?rendition={name}").status_code
        for name in ("copy", "void", "draft")
    ]

    assert answers == [404, 404, 422]
