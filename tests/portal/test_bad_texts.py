"""Texts of the catalogue (reliability.md §4.6) as reasons and as what is searched for."""

from urllib.parse import quote

import pytest

from app.db.unit_of_work import reading
from app.donations.queries import get_donation
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.builders.pages import Browser
from tests.portal.test_bad_gifts import ERROR, MARKUP, typeable

GROUPS = ["N", "X", "T", "C", "S"]
# So that a short text is refused for what it holds, and not for its length.
PADDING = " ghi nhầm số tiền"


@pytest.mark.parametrize("group", GROUPS)
def test_a_reason_is_taken_as_text_or_refused_at_its_field(
    treasurer: Browser, a_branch: BranchAtHand, group: str
) -> None:
    gift, wrong = give(a_branch), []
    for row in typeable(group, None, "reason"):
        form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}/huy")
        page = form.send(reason=row["value"] + PADDING)
        is_refused = (page.status, ERROR.findall(page.text)) == (422, ["reason"])
        is_taken = page.status == 303
        text = treasurer.open(page.location).text if is_taken else page.text
        with reading(a_branch.scope) as session:
            is_void = get_donation(session, gift.id).reversed_at is not None
        if is_taken != is_void or not (is_taken or is_refused) or MARKUP.search(text):
            wrong.append((row["id"], page.status, ERROR.findall(page.text)))
        gift = give(a_branch) if is_taken else gift

    assert wrong == []


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("place", ["nha-hao-tam", "ung-ho"])
def test_what_is_searched_for_is_only_text(
    treasurer: Browser, a_branch: BranchAtHand, group: str, place: str
) -> None:
    give(a_branch)
    wrong = []
    for row in typeable(group, None, "ten"):
        value = row["value"][:3000]
        page = treasurer.open(f"/b/{a_branch.slug}/{place}/?ten={quote(value)}")
        if page.status not in {200, 422} or MARKUP.search(page.text):
            wrong.append((row["id"], page.status))

    assert wrong == []
