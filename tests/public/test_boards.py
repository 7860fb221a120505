"""Pages drawn from boards: once a change, from no tenant table, never older than their board."""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from app.boards.content import PaperKind
from app.boards.service import PublishDocument, publish_document, withdraw_from_roll
from app.db.base import engine
from app.db.unit_of_work import unit_of_work
from app.donations.queries import get_donation
from app.kernel.ids import uuid7
from tests.builders.bank import an_account
from tests.builders.boards import a_drive, a_giver, spend
from tests.builders.branches import BranchAtHand, open_city
from tests.builders.consequences import fold_totals, refresh_boards
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, alone

PNG = b"\x89PNG\r\n\x1a\n"


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database while the block runs."""
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(engine(), "before_cursor_execute", note)
    yield asked
    event.remove(engine(), "before_cursor_execute", note)


@pytest.fixture
def path(a_branch: BranchAtHand) -> str:
    """The page of a branch with a gift."""
    give(a_branch)
    refresh_boards()
    return f"/q/{a_branch.slug}"


def test_a_view_asks_the_boards_alone_and_once(application: Flask, path: str) -> None:
    browser = Browser(application)
    for each in ("/", path):
        with statements() as first:
            browser.open(each)
        with statements() as later:
            browser.open(each)

        for asked in (*first, *later):
            assert re.findall(r"(?:FROM|JOIN|INTO|UPDATE) (\w+)", asked) == ["boards"]
        assert (len(first) <= 2, len(later)) == (True, 1)


def test_what_has_changed_is_on_the_next_page(
    application: Flask, a_branch: BranchAtHand, path: str
) -> None:
    before = Browser(application).open(path)
    give(a_branch, a_gift(a_branch, amount=1_234_000))
    refresh_boards()

    after = Browser(application).open(path)

    assert "1.234.000 đ" not in before.text
    assert "1.234.000 đ" in after.text
    assert before.headers["ETag"] != after.headers["ETag"]


def test_a_withdrawn_name_is_gone_from_the_next_page(
    application: Flask, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch, a_gift(a_branch, donor=a_giver("Bà Hoa Cúc")))
    refresh_boards()
    before = Browser(application).open(f"/q/{a_branch.slug}").text
    with unit_of_work(a_branch.scope) as session:
        withdraw_from_roll(session, get_donation(session, gift.id).donor_id)

    # No worker has run: the old board is not shown, whatever makes the new one.
    assert before.count("Bà Hoa Cúc") == 2
    assert "Bà Hoa Cúc" not in Browser(application).open(f"/q/{a_branch.slug}").text


def test_who_has_the_page_is_not_sent_it_again(application: Flask, path: str) -> None:
    client = application.test_client()
    first = alone(client.get, path)
    again = alone(client.get, path, headers={"If-None-Match": first.headers["ETag"]})
    other = alone(client.get, path, headers={"If-None-Match": 'W/"other"'})

    assert first.headers["ETag"].startswith('W/"')
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert other.status_code == 200


def test_the_page_comes_packed_for_who_unpacks(application: Flask, path: str) -> None:
    client = application.test_client()
    packed = alone(client.get, path, headers={"Accept-Encoding": "gzip"})
    plain = alone(client.get, path)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 3
    assert "Content-Encoding" not in plain.headers


def test_each_language_has_its_own_page(application: Flask, path: str) -> None:
    vietnamese, english = Browser(application), Browser(application)
    english.open("/xac-minh?lang=en")

    for _ in range(2):
        assert '<html lang="vi">' in vietnamese.open(path).text
        assert '<html lang="en">' in english.open(path).text


def test_what_one_reader_asked_for_is_not_kept_for_another(application: Flask, path: str) -> None:
    Browser(application).open(f"{path}?tu=nguoi-la&x=%3Cscript%3E")

    assert "nguoi-la" not in Browser(application).open(path).text


def test_a_board_that_no_worker_has_made_is_made_by_its_first_view(application: Flask) -> None:
    city = open_city()
    give(city)
    fold_totals()
    browser = Browser(application)

    first = browser.open(f"/q/{city.slug}")
    with statements() as later:
        again = browser.open(f"/q/{city.slug}")

    assert (first.status, again.text) == (200, first.text)
    assert "500.000 đ" in first.text
    assert len(later) == 1


def test_one_can_give_only_where_an_account_is_verified(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, path: str
) -> None:
    before = Browser(application).open(path).text
    an_account(a_branch, city)
    refresh_boards()
    after = Browser(application).open(path).text

    assert f'href="{path}/ung-ho"' not in before
    assert "chưa có tài khoản được" in before
    assert f'href="{path}/ung-ho"' in after
    assert "Thành phố xác nhận ngày" in after


def test_a_drive_has_a_page_to_be_shared(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    an_account(a_branch, city)
    drive_id = a_drive(a_branch, "Áo ấm <đến> trường", target_amount=2_000_000)
    give(a_branch, replace(a_gift(a_branch), drive_id=drive_id))
    refresh_boards()
    browser, path = Browser(application), f"/q/{a_branch.slug}/dot/{drive_id}"

    page = browser.open(path)

    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page.text))
    assert page.status == 200
    assert told["title"] == "Áo ấm &lt;đến&gt; trường"
    assert "500.000 đ" in told["description"]
    assert told["url"].endswith(path)
    assert f'href="/q/{a_branch.slug}/ung-ho?dot={drive_id}"' in page.text
    assert '<progress value="500000" max="2000000"' in page.text
    picture = alone(application.test_client().get, path + told["image"].partition(path)[2])
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert picture.data.startswith(PNG)
    assert struct.unpack(">II", picture.data[16:24]) == (1200, 630)
    assert len(picture.data) < 300_000


def test_an_old_picture_leads_to_the_present_one(
    application: Flask, a_branch: BranchAtHand
) -> None:
    drive_id = a_drive(a_branch)
    refresh_boards()
    path = f"/q/{a_branch.slug}/dot/{drive_id}/anh.png"
    browser = Browser(application)

    old = browser.open(f"{path}?v=0123456789abcdef")

    assert old.status == 302
    assert re.fullmatch(rf"{path}\?v=[0-9a-f]{{16}}", old.location)
    assert browser.client.get(old.location).status_code == 200


@pytest.mark.parametrize("part", ["", "/anh.png"])
def test_a_drive_of_another_branch_is_not_there(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand, part: str
) -> None:
    drive_id = a_drive(another_branch)
    refresh_boards()
    browser = Browser(application)

    assert browser.open(f"/q/{another_branch.slug}/dot/{drive_id}{part}").status in {200, 302}
    assert browser.open(f"/q/{a_branch.slug}/dot/{drive_id}{part}").status == 404
    assert browser.open(f"/q/{a_branch.slug}/dot/{uuid4()}{part}").status == 404


def test_evidence_of_a_spending_can_be_opened_while_it_is_shown(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    content = b"%PDF-1.7 signed, names hidden"
    give(a_branch)
    command = PublishDocument(
        id=uuid7(),
        kind=PaperKind.EVIDENCE,
        title="Danh sách ký nhận",
        digest=application.extensions["files"].put(content),
        media_type="application/pdf",
        size=len(content),
        entry_id=spend(a_branch, 90_000),
    )
    with unit_of_work(a_branch.scope) as session:
        publish_document(session, command)
    refresh_boards()
    browser, path = Browser(application), f"/q/{a_branch.slug}/tai-lieu/{command.digest}"

    page = browser.open(f"/q/{a_branch.slug}").text

    assert f'href="{path}"' in page
    assert "90.000 đ" in page
    paper = browser.open(path)
    assert (paper.status, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert browser.open(path.replace(a_branch.slug, another_branch.slug)).status == 404
    assert browser.open(f"/q/{a_branch.slug}/tai-lieu/{'0' * 64}").status == 404


def test_a_private_paper_is_not_opened_by_its_digest(
    application: Flask, a_branch: BranchAtHand
) -> None:
    refresh_boards()
    digest = application.extensions["files"].put(b"%PDF-1.7 a receipt, with a name and an address")

    assert Browser(application).open(f"/q/{a_branch.slug}/tai-lieu/{digest}").status == 404
