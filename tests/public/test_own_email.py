"""Another e-mail for a giver: wished by the link, confirmed by the new mailbox, or undone."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.boards.service import withdraw_from_roll
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, donations
from app.donors.queries import get_donor
from app.giving.links import Link, Opens
from app.kernel.clock import today
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.boards import board_of
from tests.builders.branches import BranchAtHand
from tests.builders.card_pages import fresh_budgets, mailing
from tests.builders.consequences import drain_outbox
from tests.builders.mail import MailServer
from tests.builders.pages import Browser, Page

OLD, NEW, THIEF = "lan@example.vn", "lan.moi@example.vn", "trom@example.net"
CONFIRM, KEEP = "xac-nhan-thu-dien-tu", "giu-thu-dien-tu"


@pytest.fixture
def server(application: Flask) -> Iterator[MailServer]:
    """A mail server of the test's own; nobody has asked for anything yet."""
    with fresh_budgets(application), mailing(application) as server:
        yield server


@pytest.fixture
def account(a_branch: BranchAtHand) -> UUID:
    """The branch's account."""
    return an_account(a_branch)


def given(branch: BranchAtHand, account: UUID, email: str = OLD) -> UUID:
    """Bà Lan gives by an offer with that e-mail; who she is in the book."""
    offer = an_offer(branch, donor_name="Phạm Thị Lan", email=email)
    tell(branch, account, [told(500_000, offer.code)])
    drain_outbox()
    with reading(branch.scope) as session:
        return max(donations(session, DonationFilter()), key=lambda gift: gift.posted_at).donor_id


@pytest.fixture
def page(application: Flask, a_branch: BranchAtHand, account: UUID, server: MailServer) -> Page:
    """Her page, opened by a link."""
    donor_id = given(a_branch, account)
    server.taken.clear()
    return own_page(application, a_branch, donor_id)


def own_page(application: Flask, branch: BranchAtHand, donor_id: UUID) -> Page:
    """A giver's page, opened by a link that is made now."""
    key = application.extensions["settings"].secret_key
    return Browser(application).open(
        f"/trang-cua-toi/{Link(Opens.GIVER, branch.id, donor_id).token(key)}"
    )


def email_of(branch: BranchAtHand) -> str | None:
    """How the giver of the first gift is reached."""
    with reading(branch.scope) as session:
        first = min(donations(session, DonationFilter()), key=lambda gift: gift.posted_at)
        return get_donor(session, first.donor_id).email


def words_to(server: MailServer, mailbox: str) -> str:
    """The last letter to this mailbox."""
    body = [each for each in server.taken if each.recipient == mailbox][-1].message.get_body(
        ("plain",)
    )
    assert body is not None
    return str(body.get_content())


def link_in(server: MailServer, mailbox: str, kind: str) -> str:
    """The path of the link in the last letter to this mailbox."""
    found = re.search(rf"https?://[^/\s]+(/{kind}/\S+)", words_to(server, mailbox))
    assert found, words_to(server, mailbox)
    return found[1]


def wished(page: Page, email: str) -> Page:
    """The answer to the page's form with another e-mail; letters leave."""
    sent = page.send(email=email)
    drain_outbox()
    return sent


def test_a_wished_email_changes_nothing_and_both_mailboxes_are_told(
    a_branch: BranchAtHand, page: Page, server: MailServer
) -> None:
    assert wished(page, NEW).status == 303

    assert email_of(a_branch) == OLD
    assert sorted(taken.recipient for taken in server.taken) == [NEW, OLD]
    assert len({taken.id for taken in server.taken}) == len(server.taken)
    about = words_to(server, OLD)
    assert "l…@example.vn" in about
    assert NEW not in about
    asking = words_to(server, NEW)
    assert OLD not in asking
    assert "Phạm" not in asking
    assert "Đã gửi thư tới địa chỉ mới" in page.client.get(page.path).text


def test_a_program_that_opens_the_link_confirms_nothing_and_the_button_does(
    application: Flask, a_branch: BranchAtHand, page: Page, server: MailServer
) -> None:
    wished(page, NEW)
    browser = Browser(application)
    asked = browser.open(link_in(server, NEW, CONFIRM))
    browser.client.head(asked.path)
    assert (asked.status, email_of(a_branch)) == (200, OLD)

    assert [asked.send().status for _ in range(2)] == [303, 303]

    assert email_of(a_branch) == NEW
    assert page.client.get(page.path).status_code == 404
    assert page.client.get(f"{page.path}/{today().year}").status_code == 404
    assert page.send(f"{page.path}/rut-ten").status == 404
    server.taken.clear()
    for email in (OLD, NEW):
        browser.open(f"/q/{a_branch.slug}/ung-ho/duong-dan").send(email=email)
    drain_outbox()
    assert [taken.recipient for taken in server.taken] == [NEW]


def test_the_old_mailbox_undoes_what_a_thief_confirmed_and_ends_his_links(
    application: Flask, a_branch: BranchAtHand, page: Page, server: MailServer
) -> None:
    wished(page, THIEF)
    stolen = Browser(application).open(link_in(server, THIEF, CONFIRM))
    stolen.send()
    assert email_of(a_branch) == THIEF

    mine = Browser(application).open(link_in(server, OLD, KEEP))
    assert (mine.status, email_of(a_branch)) == (200, THIEF)
    assert [mine.send().status for _ in range(2)] == [303, 303]

    assert email_of(a_branch) == OLD
    assert stolen.send().status == 404
    assert page.client.get(page.path).status_code == 404
    assert email_of(a_branch) == OLD


def test_a_wish_that_the_old_mailbox_forbids_can_be_confirmed_no_more(
    application: Flask, a_branch: BranchAtHand, page: Page, server: MailServer
) -> None:
    wished(page, THIEF)
    asked = Browser(application).open(link_in(server, THIEF, CONFIRM))
    Browser(application).open(link_in(server, OLD, KEEP)).send()

    assert asked.send().status == 404
    assert email_of(a_branch) == OLD


def test_a_link_confirms_nothing_else_than_it_was_made_for(
    application: Flask, a_branch: BranchAtHand, page: Page, server: MailServer
) -> None:
    wished(page, NEW)
    token = link_in(server, NEW, CONFIRM).rsplit("/", 1)[-1]
    kept = link_in(server, OLD, KEEP).rsplit("/", 1)[-1]
    browser = Browser(application)
    wrong = [f"/{CONFIRM}/{kept}", f"/{KEEP}/{token}", f"/{CONFIRM}/{token[:-2]}xx"]
    wrong += [f"/trang-cua-toi/{token}", f"/{CONFIRM}/{page.path.rsplit('/', 1)[-1]}"]

    with reading(a_branch.scope) as session:
        other = session.scalars(text("SELECT id FROM messages WHERE purpose = 'receipt'")).one()
    key = application.extensions["settings"].secret_key
    wrong.append(f"/{KEEP}/{Link(Opens.EMAIL_KEPT, a_branch.id, other).token(key)}")

    assert [browser.open(path).status for path in wrong] == [404] * len(wrong)
    assert email_of(a_branch) == OLD


def test_a_page_asks_for_letters_a_few_times_an_hour_and_a_mailbox_gets_no_more(
    a_branch: BranchAtHand, page: Page, server: MailServer
) -> None:
    answers = [wished(page, f"n{number}@example.vn").status for number in range(5)]

    assert answers == [303, 303, 303, 429, 429]
    assert len(server.taken) == 6
    assert page.send(name="Phạm Thị Lan Anh").status == 303


def test_who_is_known_elsewhere_cannot_be_told_from_the_answer(
    a_branch: BranchAtHand, page: Page, server: MailServer, account: UUID
) -> None:
    offer = an_offer(a_branch, donor_name="Ông Khác", email="khac@example.vn")
    tell(a_branch, account, [told(100_000, offer.code)])
    drain_outbox()
    answers = [wished(page, email) for email in ("khac@example.vn", "la@example.vn")]

    assert len({(each.status, each.location) for each in answers}) == 1
    assert {"khac@example.vn", "la@example.vn"} <= {taken.recipient for taken in server.taken}


def test_a_withdrawn_name_does_not_come_back_with_the_old_email(
    application: Flask, a_branch: BranchAtHand, page: Page, server: MailServer, account: UUID
) -> None:
    wished(page, NEW)
    Browser(application).open(link_in(server, NEW, CONFIRM)).send()
    with unit_of_work(a_branch.scope) as session:
        gift = donations(session, DonationFilter())[0]
        withdraw_from_roll(session, gift.donor_id)

    again = given(a_branch, account, OLD)

    assert again != gift.donor_id
    assert "Phạm Thị Lan" not in str(board_of(a_branch))
    given(a_branch, account, "lan.khac@example.vn")
    assert "Phạm Thị Lan" in str(board_of(a_branch))


def test_a_sheet_is_of_a_year_in_which_one_may_have_given(page: Page) -> None:
    now = today().year
    asked = [page.client.get(f"{page.path}/{year}") for year in (1900, now - 1, now, now + 1)]

    assert [answer.status_code for answer in asked] == [404, 404, 200, 404]


def test_a_withdrawal_is_told_from_then_on_and_asked_for_no_more(page: Page) -> None:
    assert "trong vài phút" in page.text
    page.send(f"{page.path}/rut-ten")
    page.client.get(page.path)

    later = page.client.get(page.path).text

    assert re.search(r"Từ \d\d:\d\d, \d\d/\d\d/\d{4}, trang công khai không nêu tên bạn", later)
    assert "Rút tên tôi" not in later
