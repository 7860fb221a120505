"""The book of gifts: narrowing it, its sum, going on."""

import re
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlencode

from sqlalchemy import event

from app.db.base import database
from app.db.unit_of_work import unit_of_work
from app.donations.commands import Method, ReverseDonation, Source
from app.donations.service import record_donations, reverse_donation
from app.donors.commands import DonorKind, NewDonor
from app.kernel.clock import today
from app.kernel.ids import uuid7
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser

ROWS = re.compile(r'/ung-ho/([0-9a-f-]{36})"')


def of(name: str) -> NewDonor:
    return NewDonor(DonorKind.PERSON, name)


def test_an_empty_book_says_what_to_do(treasurer: Browser, a_branch: BranchAtHand) -> None:
    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/")

    assert "Sổ ủng hộ còn trống" in page.text
    assert "Ghi khoản ủng hộ đầu tiên" in page.text


def test_each_filter_narrows_list_and_sum(treasurer: Browser, a_branch: BranchAtHand) -> None:
    old = today() - timedelta(days=40)
    give(a_branch, a_gift(a_branch, amount=10_000, donor=of("Đặng Hoà"), received_on=old))
    give(a_branch, a_gift(a_branch, amount=20_000, donor=of("Lê Đạt"), method=Method.BANK_TRANSFER))
    give(a_branch, a_gift(a_branch, amount=40_000, donor=of("Lê Hoà"), method=Method.IN_KIND))
    path = f"/b/{a_branch.slug}/ung-ho/"
    after, until = f"{old + timedelta(days=1):%d/%m/%Y}", f"{old:%d/%m/%Y}"

    found = {
        "": "3 lượt ủng hộ, 30.000 đ và hiện vật trị giá 40.000 đ",
        "ten=dang+hoa": "1 lượt ủng hộ, 10.000 đ",
        "ten=HO%C3%80": "2 lượt ủng hộ, 10.000 đ và hiện vật trị giá 40.000 đ",
        f"tu={after}": "2 lượt ủng hộ, 20.000 đ và hiện vật trị giá 40.000 đ",
        f"den={until}": "1 lượt ủng hộ, 10.000 đ",
        "cach=bank_transfer": "1 lượt ủng hộ, 20.000 đ",
        f"quy={a_branch.fund_id}&ten=le": "2 lượt ủng hộ, 20.000 đ và hiện vật trị giá 40.000 đ",
    }
    for query, sentence in found.items():
        assert f'<p class="lead">{sentence}</p>' in treasurer.open(f"{path}?{query}").text


def test_what_was_taken_back_is_shown_and_not_summed(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, amount=20_000))
    back = give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=back.id, reason="Ghi nhầm số tiền")
        )

    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/").text

    assert "1 lượt ủng hộ, 20.000 đ" in page
    assert page.count('<tr class="is-void">') == 1
    assert "Đã huỷ" in page


def test_the_list_goes_on_without_gap_or_double(treasurer: Browser, a_branch: BranchAtHand) -> None:
    gifts = [
        a_gift(a_branch, received_on=today() - timedelta(days=number % 7)) for number in range(120)
    ]
    with unit_of_work(a_branch.scope) as session:
        record_donations(session, gifts)
    days = {str(gift.id): gift.received_on for gift in gifts}

    parts, path = [], f"/b/{a_branch.slug}/ung-ho/?cach=cash"
    while path:
        page = treasurer.open(path).text
        assert "120 lượt ủng hộ" in page
        parts.append(ROWS.findall(page))
        (path, *_) = re.findall(r'rel="next" href="([^"]+)"', page) or [""]
        path = path.replace("&amp;", "&")

    shown = [row for rows in parts for row in rows]
    assert [len(rows) for rows in parts] == [50, 50, 20]
    assert sorted(shown) == sorted(days)
    assert all(days[one] >= days[other] for one, other in pairwise(shown))
    place = {str(gift.id): number for number, gift in enumerate(gifts)}
    together = [(a, b) for a, b in pairwise(shown) if days[a] == days[b]]
    assert all(place[one] > place[other] for one, other in together)


def test_nothing_found_offers_the_way_back(treasurer: Browser, a_branch: BranchAtHand) -> None:
    give(a_branch)

    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/?ten=khong+co+ai").text

    assert "Không có khoản nào khớp" in page
    assert f'href="/b/{a_branch.slug}/ung-ho/">Bỏ lọc' in page


def test_unreadable_filters_are_told_at_their_field(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    path = f"/b/{a_branch.slug}/ung-ho/"

    for query, field in (
        ("tu=32/1/2026", "tu"),
        ("den=hôm qua", "den"),
        ("tu=02/11/2026&den=01/11/2026", "den"),
        ("quy=1", "quy"),
        ("cach=b%C3%B2", "cach"),
        ("ten=%00", "ten"),
        (f"ten={'a' * 101}", "ten"),
    ):
        page = treasurer.open(f"{path}?{query}")
        assert page.status == 422
        assert re.search(r'class="field-error" id="([^"]+)-error"', page.text)[1] == field


def test_a_place_that_names_nothing_is_not_found(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    for cursor in ("x", "2026-13-01_x", "2026-01-01", "2026-01-01_1"):
        assert treasurer.open(f"/b/{a_branch.slug}/ung-ho/?sau={cursor}").status == 404


def test_a_receipt_is_found_by_its_number_however_it_is_written(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gifts = [a_gift(a_branch, amount=1_000 + number) for number in range(12)]
    with unit_of_work(a_branch.scope) as session:
        record_donations(session, gifts)
    year = today().year
    path = f"/b/{a_branch.slug}/ung-ho/"

    for typed in ("12", "0000012", "Số 12", f"BN/{year}/A · 0000012", f"BN-{year}-A-0000012"):
        page = treasurer.open(f"{path}?{urlencode({'ten': typed})}").text
        assert ROWS.findall(page) == [str(gifts[11].id)], typed
    other = treasurer.open(f"{path}?{urlencode({'ten': 'BN/2020/A 12'})}").text
    assert "Không có khoản nào khớp" in other


def test_state_and_source_narrow_the_list(treasurer: Browser, a_branch: BranchAtHand) -> None:
    give(a_branch, a_gift(a_branch, amount=20_000, source=Source.CLAN))
    back = give(a_branch, a_gift(a_branch, amount=70_000))
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=back.id, reason="Ghi nhầm số tiền")
        )
    path = f"/b/{a_branch.slug}/ung-ho/"

    void, good = (treasurer.open(f"{path}?trang-thai={state}").text for state in ("huy", "con"))

    assert "1 khoản đã huỷ, 70.000 đ, không được cộng vào sổ" in void
    assert ROWS.findall(void) == [str(back.id)]
    assert "1 lượt ủng hộ, 20.000 đ" in good
    assert str(back.id) not in good
    assert "1 lượt ủng hộ, 20.000 đ" in treasurer.open(f"{path}?nguon=clan").text


def test_more_rows_need_no_more_statements(treasurer: Browser, a_branch: BranchAtHand) -> None:
    donor = NewDonor(DonorKind.HOUSEHOLD, "Hộ bà Ưng", phone="+84912345678")
    give(a_branch, a_gift(a_branch, donor=donor))
    listed = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/").text
    (giver,) = re.findall(r"/nha-hao-tam/([0-9a-f-]{36})", listed)
    paths = ("", "ung-ho/", "nha-hao-tam/", f"nha-hao-tam/{giver}", f"quy/{a_branch.fund_id}")
    few = [statements(treasurer, f"/b/{a_branch.slug}/{path}") for path in paths]
    gifts = [a_gift(a_branch, donor=donor, amount=1_000 + n) for n in range(60)]
    others = [a_gift(a_branch, donor=of(f"Người {number}")) for number in range(60)]
    with unit_of_work(a_branch.scope) as session:
        record_donations(session, [*gifts, *others])

    many = [statements(treasurer, f"/b/{a_branch.slug}/{path}") for path in paths]

    assert many == few
    assert max(few) < 30


def statements(browser: Browser, path: str) -> int:
    """How many statements one page needs."""
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    assert browser.open(path).status == 200
    event.remove(database.engine, "before_cursor_execute", count)
    return len(seen)


def test_rarer_filters_are_folded_until_one_is_used(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/"

    folds = [
        re.findall(r'<details class="disclosure"( open)?>', treasurer.open(path + asked).text)
        for asked in ("", "?tu=01/01/2026", "?cach=cash", "?cach=zzz")
    ]

    assert folds == [[""], [""], [" open"], [" open"]]
