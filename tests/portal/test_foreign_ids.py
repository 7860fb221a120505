"""An id of another branch answers exactly as one that names nothing, wherever it is sent."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from app.db.unit_of_work import reading
from app.donations.queries import get_donation
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give
from tests.builders.pages import Browser, Page

GETS = [
    "ung-ho/{gift}",
    "ung-ho/{gift}/bien-nhan",
    "ung-ho/{gift}/bien-nhan.pdf",
    "ung-ho/{gift}/ban-sao.pdf",
    "ung-ho/{gift}/da-huy.pdf",
    "ung-ho/{gift}/huy",
    "ung-ho/ghi?nguoi={donor}",
    "ung-ho/ghi/nguoi?nguoi={donor}",
    "nha-hao-tam/{donor}",
    "nha-hao-tam/?sau={donor}",
    "quy/{fund}",
    "ung-ho/?quy={fund}",
]
POSTS = [
    ("ung-ho/ghi", {"fund_id": "{fund}"}),
    ("ung-ho/ghi", {"donor_id": "{donor}"}),
    ("ung-ho/ghi", {"drive_id": "{fund}"}),
    ("ung-ho/ghi/xem-truoc", {"donor_id": "{donor}"}),
    ("ung-ho/{gift}/huy", {"reason": "Ghi nhầm số tiền"}),
    ("ung-ho/{gift}/ban-sao", {}),
]
SENT = {"amount": "500k", "donor_name": "Bà Hoa"}


@pytest.fixture
def foreign(another_branch: BranchAtHand) -> dict[str, str]:
    """Ids that exist, elsewhere."""
    gift = give(another_branch)
    drain_outbox()
    with reading(another_branch.scope) as session:
        donor_id = get_donation(session, gift.id).donor_id
    return ids(gift.id, donor_id, another_branch.fund_id)


def ids(gift: UUID, donor: UUID, fund: UUID) -> dict[str, str]:
    return {"gift": str(gift), "donor": str(donor), "fund": str(fund)}


def told(page: Page, sent: dict[str, str]) -> tuple[int, str]:
    """The answer without what differs at every request, and without what was sent."""
    # A form token is signed with the second it was made in.
    token = r"X-CSRFToken[^}]+"
    varying = "|".join(
        [*sent.values(), token, r"nonce=\"[^\"]+\"", r"value=\"[^\"]+\"", r"[0-9a-f]{12}"]
    )
    return page.status, re.sub(varying, "", page.text)


def answers(browser: Browser, root: str, sent: dict[str, str]) -> Iterator[tuple[int, str]]:
    """What every place answers to these ids."""
    for path in GETS:
        yield told(browser.open(root + path.format(**sent)), sent)
    form = browser.open(f"{root}ung-ho/ghi")
    for path, fields in POSTS:
        typed = {name: value.format(**sent) for name, value in fields.items()}
        yield told(form.send(to=root + path.format(**sent), **SENT | typed), sent)


def test_a_foreign_id_answers_as_an_absent_one(
    treasurer: Browser, a_branch: BranchAtHand, foreign: dict[str, str]
) -> None:
    root = f"/b/{a_branch.slug}/"
    absent = ids(uuid4(), uuid4(), uuid4())

    to_foreign = list(answers(treasurer, root, foreign))
    to_absent = list(answers(treasurer, root, absent))

    assert to_foreign == to_absent
    places = [*GETS, *(path for path, _ in POSTS)]
    found = {status: places[at] for at, (status, _) in enumerate(to_foreign)}
    assert set(found) == {303, 404, 422}
    assert (
        found[303] == "ung-ho/{gift}/bien-nhan"
    )  # without htmx it leads to the page, which is not there
