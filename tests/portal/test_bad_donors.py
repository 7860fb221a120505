"""The bad-input catalogue (reliability.md §4.6, I and R) on the form that puts a giver right."""

from uuid import UUID

from flask import Flask

from app.accounts.permissions import Role
from app.accounts.service import end_role
from app.audit import trail
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import get_donation
from app.donors.queries import get_donor
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import give
from tests.builders.pages import Browser
from tests.kernel.nasty import nasty_rows

RIGHT = {"name": "Nguyễn Văn Hảo"}


def a_donor(branch: BranchAtHand) -> UUID:
    """A giver of the branch."""
    gift = give(branch)
    with reading(branch.scope) as session:
        return get_donation(session, gift.id).donor_id


def corrections(branch: BranchAtHand, donor: UUID) -> int:
    """How often the giver was put right, by the trail."""
    with reading(branch.scope) as session:
        return len(trail(session, donor))


def test_an_id_that_names_no_giver_leads_nowhere(
    treasurer: Browser, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    donor, foreign = a_donor(a_branch), a_donor(another_branch)
    form = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/{donor}/sua")
    ids = {row["id"]: row["value"] for row in nasty_rows("I") if row["value"] not in {"", ".."}}
    ids |= {"I01": str(foreign), "I05": str(a_branch.fund_id)}

    told = {}
    for name, written in ids.items():
        path = f"/b/{a_branch.slug}/nha-hao-tam/{written.replace('%', '%25')}"
        asked = [treasurer.open(path), treasurer.open(f"{path}/sua")]
        told[name] = [page.status for page in [*asked, form.send(to=f"{path}/sua", **RIGHT)]]

    assert told == dict.fromkeys(ids, [404] * 3)
    assert corrections(a_branch, donor) == corrections(another_branch, foreign) == 0


def test_a_form_that_was_opened_in_a_role_since_ended_puts_nothing_right(
    application: Flask, a_branch: BranchAtHand
) -> None:
    donor, member = a_donor(a_branch), a_member(a_branch, Role.TREASURER)
    browser = Browser(application).signed_in(member)
    form = browser.open(f"/b/{a_branch.slug}/nha-hao-tam/{donor}/sua")
    with unit_of_work(a_branch.scope) as session:
        end_role(session, user_id=member[0], role=Role.TREASURER)

    assert (form.status, form.send(**RIGHT).status) == (200, 404)
    assert corrections(a_branch, donor) == 0


def test_a_form_that_is_sent_again_puts_right_once(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    donor = a_donor(a_branch)
    form = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/{donor}/sua")

    assert {form.send(**RIGHT).status for _ in range(10)} == {303}

    assert corrections(a_branch, donor) == 1
    with reading(a_branch.scope) as session:
        assert get_donor(session, donor).name == RIGHT["name"]
