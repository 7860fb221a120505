"""A field that is sent twice has no value to go by: refused at the field, and nothing stored."""

import re

import pytest
from werkzeug.datastructures import MultiDict

from app.db.unit_of_work import reading
from app.donations.queries import DonationFilter, donations, get_donation
from app.donors.commands import DonorKind
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.builders.pages import Browser, Page, alone, opened

TWICE = "Ô này được gửi hai lần"
GIFT = {"amount": "500k", "donor_name": "Bà Hoa", "donor_kind": DonorKind.PERSON.value}


def sent_twice(page: Page, field: str, again: str, typed: dict[str, str]) -> Page:
    """The page's form, with one field a second time."""
    data = MultiDict({**page.values(), **typed})
    data.add(field, again)
    return opened(page.client, page.path, alone(page.client.post, page.path, data=data))


@pytest.mark.parametrize(
    ("field", "again"),
    [
        ("amount", "5tr"),
        ("amount", "500k"),
        ("received_on", "01/11/2026"),
        ("donor_name", "Ông Ba"),
        ("fund_id", "00000000-0000-7000-8000-000000000001"),
        ("id", "00000000-0000-7000-8000-000000000001"),
    ],
)
def test_a_gift_with_a_field_twice_is_refused(
    treasurer: Browser, a_branch: BranchAtHand, field: str, again: str
) -> None:
    answer = sent_twice(treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi"), field, again, GIFT)

    assert (answer.status, answer.text.count(TWICE) > 0) == (422, True)
    assert field in re.findall(r'id="([^"]+)-error"', answer.text) or field == "id"
    with reading(a_branch.scope) as session:
        assert donations(session, DonationFilter()) == []


def test_a_reason_twice_takes_nothing_back(treasurer: Browser, a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}/huy")

    answer = sent_twice(page, "reason", "Lý do khác hẳn", {"reason": "Ghi nhầm số tiền"})

    assert (answer.status, TWICE in answer.text) == (422, True)
    with reading(a_branch.scope) as session:
        assert get_donation(session, gift.id).reversed_at is None


@pytest.mark.parametrize(
    "query",
    ["ung-ho/?ten=a&ten=b", "ung-ho/?tu=01/01/2026&tu=02/01/2026", "nha-hao-tam/?ten=a&ten=b"],
)
def test_a_filter_twice_is_refused(treasurer: Browser, a_branch: BranchAtHand, query: str) -> None:
    answer = treasurer.open(f"/b/{a_branch.slug}/{query}")

    assert (answer.status, TWICE in answer.text) == (422, True)
