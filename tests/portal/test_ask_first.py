"""Before a receipt is numbered the form asks, once, whether the gift is there already."""

from datetime import timedelta

import pytest

from app.audit import trail
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.queries import DonationFilter, DonationView, donations
from app.donations.service import reverse_donation
from app.donors.commands import DonorKind, NewDonor
from app.kernel.clock import today
from app.kernel.ids import uuid7
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page

FAMILY = "Gia đình ông bà Thắng - Hoa"


def recorded(branch: BranchAtHand) -> list[DonationView]:
    """What the branch's book holds, the last first."""
    with reading(branch.scope) as session:
        return list(donations(session, DonationFilter()))


def asked(browser: Browser, branch: BranchAtHand, **typed: str) -> Page:
    """The answer to a form sent for the family."""
    form = browser.open(f"/b/{branch.slug}/ung-ho/ghi")
    return form.send(**{"amount": "500k", "donor_name": FAMILY} | typed)


def test_a_name_alone_is_not_asked_about(treasurer: Browser, a_branch: BranchAtHand) -> None:
    give(a_branch)

    assert asked(treasurer, a_branch, amount="70k").status == 303


def test_the_same_gift_of_the_same_name_is_asked_about_once(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    first = give(a_branch)

    page = asked(treasurer, a_branch, donor_name="gia dinh ong ba THANG - hoa")
    again = page.send(answer="khac")

    assert page.status == 422
    assert "Chưa ghi: khoản này có thể đã ở trong sổ" in page.text
    assert "Người khác, cùng tên" in page.text
    assert again.status == 303
    gifts = recorded(a_branch)
    assert [gift.id for gift in gifts[1:]] == [first.id]
    assert len({gift.donor_id for gift in gifts}) == 2
    assert str(gifts[0].id) == page.values()["id"]
    with reading(a_branch.scope) as session:
        told = [event.action for event in trail(session, gifts[0].id)]
    assert told == ["donations.recorded", "donations.told_apart"]


def test_the_giver_who_is_there_is_chosen_and_sending_twice_is_one_gift(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    known = str(recorded(a_branch)[0].donor_id)
    page = asked(treasurer, a_branch)

    answers = [page.send(answer=known) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    gifts = recorded(a_branch)
    assert len(gifts) == 2
    assert {str(gift.donor_id) for gift in gifts} == {known}


def test_the_same_gift_of_the_same_household_is_pointed_out(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    first = give(a_branch, a_gift(a_branch, received_on=today() - timedelta(days=14)))
    known = str(recorded(a_branch)[0].donor_id)

    page = asked(treasurer, a_branch, donor_id=known)
    kept = page.send(answer="da-ghi")
    taken = page.send(answer="khac")

    assert f'/ung-ho/{first.id}"' in page.text
    assert "Vẫn ghi: đây là một khoản khác" in page.text
    assert kept.location.endswith(f"/ung-ho/{first.id}")
    assert taken.status == 303
    assert len(recorded(a_branch)) == 2


@pytest.mark.parametrize("change", ["amount", "day", "reversed"])
def test_what_differs_is_not_asked_about(
    treasurer: Browser, a_branch: BranchAtHand, change: str
) -> None:
    day = today() - timedelta(days=15 if change == "day" else 1)
    gift = give(a_branch, a_gift(a_branch, received_on=day))
    known = str(recorded(a_branch)[0].donor_id)
    if change == "reversed":
        with unit_of_work(a_branch.scope) as session:
            back = ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Ghi nhầm số tiền")
            reverse_donation(session, back)

    page = asked(
        treasurer, a_branch, donor_id=known, amount="501k" if change == "amount" else "500k"
    )

    assert page.status == 303


def test_an_unanswered_question_records_nothing_and_a_new_finding_is_shown(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    give(a_branch, a_gift(a_branch, amount=70_000))
    page = asked(treasurer, a_branch, amount="70k")

    silent = page.send(amount="70k")
    other = page.send(amount="500k", answer="khac")

    assert "Chọn một câu trả lời, rồi gửi lại." in silent.text
    assert other.status == 422
    assert "500.000" in other.text[other.text.index('id="question"') :]
    assert len(recorded(a_branch)) == 2


def test_a_name_changed_after_somebody_was_chosen_is_neither(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    page = asked(treasurer, a_branch)

    changed = page.send(donor_name="Bà Ngọc", answer=str(recorded(a_branch)[0].donor_id))

    assert changed.status == 422
    assert 'id="donor_name-error"' in changed.text
    assert len(recorded(a_branch)) == 1


def test_who_gave_no_name_is_not_asked_about(treasurer: Browser, a_branch: BranchAtHand) -> None:
    for _ in range(2):
        assert asked(treasurer, a_branch, donor_name="", donor_kind="anonymous").status == 303


def test_who_was_told_just_alike_is_one_without_asking(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    told = NewDonor(DonorKind.PERSON, "Bà Ưng", phone="+84912345678")
    give(a_branch, a_gift(a_branch, donor=told))
    typed = {"donor_name": "Bà Ưng", "donor_kind": "person", "donor_phone": "0912345678"}

    page = asked(treasurer, a_branch, **typed)

    assert "Người khác, cùng tên" not in page.text
    assert "Vẫn ghi: đây là một khoản khác" in page.text


def test_the_next_form_keeps_what_a_pile_has_in_common(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    day = f"{today() - timedelta(days=3):%d/%m/%Y}"
    page = asked(treasurer, a_branch, received_on=day, method="bank_transfer")
    gift = treasurer.open(page.location)

    (gift_id,) = [gift.id for gift in recorded(a_branch)]
    values = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi?nhu={gift_id}").values()

    assert f"ung-ho/ghi?nhu={gift_id}" in gift.text
    assert "Đã ghi vào sổ. Biên nhận số BN/" in gift.text
    assert (values["received_on"], values["method"]) == (day, "bank_transfer")
    assert values["donor_name"] == values["amount"] == ""
    assert values["id"] != str(gift_id)
