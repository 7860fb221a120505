"""Money that names an offer ends as one letter with its paper, read from a real mail server."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.db.unit_of_work import unit_of_work
from app.donors.commands import CorrectDonor, DonorKind, NewDonor
from app.donors.service import correct_donor
from app.giving.links import Link, Opens
from app.kernel.ids import uuid7
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import TASKS, claimed_now, drain_outbox
from tests.builders.mail import MailServer, mail_server
from tests.builders.pages import Browser
from tests.giving.test_matching import gifts
from worker.relay import rings


@pytest.fixture
def server(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and SMTP_URL names it."""
    with mail_server() as server:
        told_so = replace(application.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(application.extensions, "settings", told_so)
        yield server


def paid(branch: BranchAtHand, email: str) -> None:
    """An offer with that e-mail, and its money."""
    offer = an_offer(branch, email=email)
    tell(branch, an_account(branch), [told(500_000, offer.code)])
    drain_outbox()


def test_one_gift_is_one_letter_with_its_paper_and_links_that_open(
    application: Flask, a_branch: BranchAtHand, server: MailServer
) -> None:
    paid(a_branch, "anh@example.vn")
    drain_outbox()
    (taken,) = server.taken
    assert taken.recipient == "anh@example.vn"
    (paper,) = taken.message.iter_attachments()
    assert paper.get_content().startswith(b"%PDF")
    body = taken.message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "500.000" in text.replace("\u00a0", " ")
    browser = Browser(application)
    links = re.findall(r"https?://[^/\s]+(/\S+)", text)
    pages = {link.split("/")[1]: browser.client.get(link) for link in links}
    assert {name: page.status_code for name, page in pages.items()} == {
        "bien-nhan": 200,
        "xac-minh": 200,
        "trang-cua-toi": 200,
    }
    assert pages["bien-nhan"].data == paper.get_content()
    assert "Nguyễn Thị Ngọc Ánh" in pages["trang-cua-toi"].text


def test_a_corrected_address_gets_nothing_of_the_old_one(
    a_branch: BranchAtHand, server: MailServer
) -> None:
    offer = an_offer(a_branch, email="cu@example.vn")
    tell(a_branch, an_account(a_branch), [told(500_000, offer.code)])
    for name, branch_id, ids in list(rings(claimed_now())):
        if name == "giving.match":
            TASKS[name](branch_id, ids)
    (gift,) = gifts(a_branch)
    told_now = NewDonor(DonorKind.PERSON, gift.donor_name, email="moi@example.vn")
    with unit_of_work(a_branch.scope) as session:
        correct_donor(session, CorrectDonor(gift.donor_id, told_now))
    drain_outbox()
    assert server.taken == []


def test_a_link_opens_what_it_names_and_nothing_else(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand, server: MailServer
) -> None:
    paid(a_branch, "anh@example.vn")
    (gift,) = gifts(a_branch)
    key = application.extensions["settings"].secret_key
    browser = Browser(application)
    mine = Link(Opens.GIVER, a_branch.id, gift.donor_id).token(key)
    assert browser.open(f"/trang-cua-toi/{mine}").status == 200
    wrong = [
        f"/trang-cua-toi/{mine[:-2]}xx",
        f"/bien-nhan/{mine}",
        f"/trang-cua-toi/{Link(Opens.GIVER, another_branch.id, gift.donor_id).token(key)}",
        f"/trang-cua-toi/{Link(Opens.GIVER, a_branch.id, uuid7()).token(key)}",
        f"/trang-cua-toi/{Link(Opens.GIVER, a_branch.id, gift.donor_id).token(key + 'x')}",
    ]
    assert [browser.open(address).status for address in wrong] == [404] * len(wrong)


def test_the_link_is_sent_to_the_known_mailbox_alone_and_the_answer_tells_nothing(
    application: Flask, a_branch: BranchAtHand, server: MailServer
) -> None:
    paid(a_branch, "anh@example.vn")
    server.taken.clear()
    browser = Browser(application)
    answers = [
        browser.open(f"/q/{a_branch.slug}/ung-ho/duong-dan").send(email=email)
        for email in ("anh@example.vn", "la@example.vn")
    ]
    drain_outbox()
    assert [(answer.status, answer.location) for answer in answers] == [
        (303, answers[0].location)
    ] * 2
    assert [taken.recipient for taken in server.taken] == ["anh@example.vn"]


def test_a_giver_puts_himself_right(
    application: Flask, a_branch: BranchAtHand, server: MailServer
) -> None:
    paid(a_branch, "anh@example.vn")
    (gift,) = gifts(a_branch)
    key = application.extensions["settings"].secret_key
    page = Browser(application).open(
        f"/trang-cua-toi/{Link(Opens.GIVER, a_branch.id, gift.donor_id).token(key)}"
    )
    assert page.send(name="Nguyễn Ngọc Ánh", phone="0912 345 678").status == 303
    assert page.send(name="", phone="0912").status == 422
    (now,) = gifts(a_branch)
    assert now.donor_name == "Nguyễn Ngọc Ánh"
