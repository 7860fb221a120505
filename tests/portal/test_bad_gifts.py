"""The bad-input catalogue (reliability.md §4.6) on the form of a gift: told, and none stored."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from app.db.unit_of_work import reading
from app.donations.queries import DonationFilter, donations, get_donation
from app.donors.commands import DonorKind
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.builders.pages import Browser, Page, alone, opened
from tests.kernel.nasty import nasty_rows, on_paper

# Which part of the catalogue is typed into which field.
MEANT_FOR = [
    ("M", None, "amount"),
    ("D", None, "received_on"),
    ("N", None, "donor_name"),
    ("X", None, "donor_name"),
    ("T", None, "donor_name"),
    ("C", None, "donor_name"),
    ("S", None, "donor_name"),
    ("N", "phone", "donor_phone"),
    ("N", "email", "donor_email"),
    ("N", "address", "donor_address"),
    ("N", "note", "note"),
    ("C", "note", "note"),
    ("X", None, "note"),
]
ERROR = re.compile(r'class="field-error" id="([^"]+)-error"')
# What the page would hold if anything typed became markup.
MARKUP = re.compile(
    r"<script>window|<img src=x|<svg onload|onerror=window[^&]*>|<b>x", re.IGNORECASE
)


# What may be left empty is no bad input when it is.
OPTIONAL = {"donor_phone", "donor_email", "donor_address", "note", "drive_id", "source"}
ON_PAPER = {"donor_name", "donor_address", "note"}
# A note may have several lines.
LINES = {("X33", "note")}


def typeable(group: str, kind: str | None, field: str) -> list[dict[str, Any]]:
    """The rows that a browser can send, and that are bad in this field."""
    return [
        row
        for row in nasty_rows(group, kind)
        if row["value"].encode(errors="ignore").decode() == row["value"]
        and not (field in OPTIONAL and not row["value"].strip())
        and (row["id"], field) not in LINES
    ]


def stored(branch: BranchAtHand) -> int:
    """How many gifts the book holds."""
    with reading(branch.scope) as session:
        return len(donations(session, DonationFilter(at_most=1000)))


def send(form: Page, field: str, value: str) -> Page:
    """A gift that is right but for one field; one like it is said to be another."""
    gift = {"amount": "500k", "donor_name": "Bà Hoa", "donor_kind": DonorKind.PERSON.value}
    page = form.send(**{**gift, field: value})
    is_asked = 'id="question"' in page.text
    return page.send(**{**gift, field: value}, answer="khac") if is_asked else page


def faults(row: dict[str, Any], field: str, page: Page) -> list[str]:
    """What is wrong with the answer to a value, if anything."""
    found = []
    if MARKUP.search(page.text):
        found.append("echoed as markup")
    if row["expect"] == "refuse" and (page.status, ERROR.findall(page.text)) != (422, [field]):
        found.append(f"{page.status} at {ERROR.findall(page.text)}")
    if row["expect"] == "confirm" and field == "amount" and page.status != 422:
        found.append(f"{page.status}, not asked again")
    is_told_day = field == "received_on" and ERROR.findall(page.text) == [field]
    if row["expect"] == "accept" and page.status != 303 and not is_told_day:
        found.append(f"{page.status}, not taken: {ERROR.findall(page.text)}")
    return [f"{row['id']} in {field}: {fault}" for fault in found]


@pytest.mark.parametrize(("group", "kind", "field"), MEANT_FOR)
def test_the_catalogue_is_answered_at_the_field(
    treasurer: Browser, a_branch: BranchAtHand, group: str, kind: str | None, field: str
) -> None:
    found, taken = [], 0

    for typed in typeable(group, kind, field):
        row = on_paper(typed) if field in ON_PAPER else typed
        form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
        page = send(form, field, row["value"])
        taken += page.status == 303
        found += faults(row, field, page)
        if page.status == 303:
            found += faults({**row, "expect": ""}, field, treasurer.open(page.location))

    assert found == []
    assert stored(a_branch) == taken


@pytest.mark.parametrize("field", ["fund_id", "drive_id", "donor_kind", "source", "method", "id"])
def test_a_choice_that_was_not_offered_is_refused(
    treasurer: Browser, a_branch: BranchAtHand, field: str
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")

    for row in typeable("I", None, field):
        page = send(form, field, row["value"])
        assert page.status == 422, row["id"]
        assert "error-summary" in page.text
    assert stored(a_branch) == 0


@pytest.mark.parametrize("field", ["amount", "donor_kind", "fund_id", "method", "received_on"])
def test_what_was_not_sent_is_not_assumed(
    treasurer: Browser, a_branch: BranchAtHand, field: str
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    whole = form.values() | {"amount": "500k", "donor_name": "Gia đình ông Hoà"}
    del whole[field]

    page = opened(treasurer.client, form.path, alone(treasurer.client.post, form.path, data=whole))

    assert page.status == 422
    assert f'href="#{field}' in page.text
    assert stored(a_branch) == 0


@pytest.mark.parametrize("typed", ["%ED%A0%80", "%FF", "C%C3"])
@pytest.mark.parametrize("field", ["donor_name", "note", "donor_address"])
def test_bytes_that_are_no_utf8_are_refused_at_their_field(
    treasurer: Browser, a_branch: BranchAtHand, field: str, typed: str
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    whole = form.values() | {"amount": "500k", "donor_name": "Gia đình ông Hoà"}
    whole.pop(field, None)
    body = f"{urlencode(whole)}&{field}={typed}"
    sent = {"data": body, "content_type": "application/x-www-form-urlencoded"}

    page = opened(treasurer.client, form.path, alone(treasurer.client.post, form.path, **sent))

    assert page.status == 422
    assert field in ERROR.findall(page.text)
    assert "%ED" not in page.text
    assert stored(a_branch) == 0


@pytest.mark.parametrize("field", ["donor_name", "donor_address", "note"])
def test_letters_that_no_receipt_shows_are_refused_at_their_field(
    treasurer: Browser, a_branch: BranchAtHand, field: str
) -> None:
    page = send(treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi"), field, "Ông 张伟")

    assert (page.status, ERROR.findall(page.text)) == (422, [field])
    assert "Biên nhận chưa in được chữ “张”. Hãy ghi bằng chữ Latinh." in page.text
    assert stored(a_branch) == 0


@pytest.mark.parametrize("path", ["ghi", "ghi/xem-truoc"])
def test_a_giver_that_was_not_offered_is_not_found(
    treasurer: Browser, a_branch: BranchAtHand, path: str
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    rows = [row for row in typeable("I", None, "donor_id") if row["value"].strip()]

    told = {
        row["id"]: form.send(
            to=f"/b/{a_branch.slug}/ung-ho/{path}", amount="500k", donor_id=row["value"]
        ).status
        for row in rows
    }

    assert told == dict.fromkeys(told, 404)
    assert stored(a_branch) == 0


def test_a_reversal_under_a_broken_id_takes_nothing_back(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}/huy")
    rows = typeable("I", None, "id")

    told = {row["id"]: form.send(id=row["value"], reason="Ghi nhầm số tiền").status for row in rows}

    assert told == dict.fromkeys(told, 422)
    with reading(a_branch.scope) as session:
        assert get_donation(session, gift.id).reversed_at is None


def test_lists_keep_what_was_typed_as_text(treasurer: Browser, a_branch: BranchAtHand) -> None:
    for row in nasty_rows("X"):
        form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
        send(form, "donor_name", row["value"])
    path = f"/b/{a_branch.slug}"
    typed = form.send(to=f"{form.path}/goi-y", donor_name="script")

    pages = [treasurer.open(f"{path}{part}") for part in ("/", "/ung-ho/", "/nha-hao-tam/")]

    assert [page.status for page in pages] == [200, 200, 200]
    assert [page.path for page in (*pages, typed) if MARKUP.search(page.text)] == []
