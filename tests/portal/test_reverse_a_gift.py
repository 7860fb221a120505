"""Taking a gift back through its page."""

from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import reading
from app.donations.queries import get_donation
from app.receipts.queries import receipt_of_donation
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give
from tests.builders.pages import Browser, alone

REASON = "Ghi nhầm số tiền của hộ bên cạnh"


def test_what_will_happen_is_said_first(treasurer: Browser, a_branch: BranchAtHand) -> None:
    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}/huy")

    assert "Không lấy lại được việc huỷ" in page.text
    assert "A · 0000001 mất hiệu lực, nhưng giữ số" in page.text
    assert "Quỹ chung giảm 500.000 đ" in page.text


def test_a_reversed_gift_keeps_its_number_and_its_receipt_is_void(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}"

    answer = treasurer.open(f"{path}/huy").send(reason=REASON)
    drain_outbox()
    page = treasurer.open(path).text

    assert (answer.status, answer.location) == (303, path)
    assert "ĐÃ HUỶ" in page
    assert "0000001" in page
    assert REASON in page
    assert f'href="{path}/da-huy.pdf"' in page
    assert f"{path}/huy" not in page


def test_a_void_receipt_is_never_given_as_a_good_one(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    path = f"/b/{a_branch.slug}/ung-ho/{gift.id}"
    drain_outbox()
    treasurer.open(f"{path}/huy").send(reason=REASON)
    drain_outbox()

    papers = [
        alone(treasurer.client.get, f"{path}/{paper}.pdf") for paper in ("bien-nhan", "da-huy")
    ]

    names = {paper.headers["Content-Disposition"].rpartition("A-")[2] for paper in papers}
    assert names == {'0000001-da-huy.pdf"'}


def test_a_reason_must_say_something(treasurer: Browser, a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}/huy")

    for reason in ("", ".", ".......... !!", "nhầm", "a" * 501):
        page = form.send(reason=reason)
        assert page.status == 422
        assert 'id="reason-error"' in page.text
    with reading(a_branch.scope) as session:
        assert get_donation(session, gift.id).reversed_at is None


def test_a_gift_is_reversed_once(treasurer: Browser, a_branch: BranchAtHand) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}"
    first, second = treasurer.open(f"{path}/huy"), treasurer.open(f"{path}/huy")

    answers = [form.send(reason=REASON).status for form in (first, first, second)]

    assert answers == [303, 303, 409]
    assert treasurer.open(f"{path}/huy").location == path


def test_the_chair_may_reverse_and_the_inspector_may_not(
    application: Flask, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    path = f"/b/{a_branch.slug}/ung-ho/{gift.id}"
    inspector = Browser(application).signed_in(a_member(a_branch, Role.INSPECTOR))
    chair = Browser(application).signed_in(a_member(a_branch, Role.CHAIR))

    seen = inspector.open(path)

    assert f"{path}/huy" not in seen.text
    assert seen.send(to=f"{path}/huy", reason=REASON).status == 403
    assert chair.open(f"{path}/huy").send(reason=REASON).status == 303
    with reading(a_branch.scope) as session:
        assert receipt_of_donation(session, gift.id).status == "void"
