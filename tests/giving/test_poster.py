"""The printed poster, read back by independent programs: poppler's and zbar's."""

import re
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from app.giving.poster import Poster, grouped, render
from app.giving.vietqr import Payee, qr_svg, static_payload
from app.kernel.errors import Invalid

MILLIMETRE = 72 / 25.4
POSTER = Poster(
    upper_name="Hội Khuyến học thành phố Hà Nội",
    branch_name="Hội Khuyến học phường Ba Đình",
    purpose="Tháng Khuyến học 2026",
    payee=Payee("970436", "0011004123456"),
    holder="HOI KHUYEN HOC PHUONG BA DINH",
    page_url="https://khuyenhoc.example/q/ba-dinh",
    verified_on=date(2026, 11, 4),
    memo="Ủng hộ KH1",
)
LONG = replace(
    POSTER,
    upper_name="Hội Khuyến học và Khuyến tài các trường trung học phổ thông thành phố Hà Nội",
    branch_name=f"Ban Khuyến học Trường Trung học phổ thông {'Nguyễn Tất Thành ' * 5}",
    purpose="Tiếp bước em tới trường sau cơn lũ, đợt vận động thứ nhất " * 3,
    payee=Payee("546035", "1234567890123456789"),
    holder="Quỹ Khuyến học, Khuyến tài và Xây dựng xã hội học tập " * 3,
    page_url="https://khuyenhoc.example/q/" + "truong-trung-hoc-pho-thong-" * 5,
    memo="W" * 25,
)
WIDEST = replace(
    LONG,
    page_url="https://khuyenhoc.example/q/" + "w" * 60,
    payee=Payee("546035", "W" * 19),
    upper_name="W" * 999,
    branch_name="W" * 999,
    purpose="W" * 999,
    holder="W" * 999,
)
EVERY_LENGTH = pytest.mark.parametrize(
    "poster", [POSTER, LONG, WIDEST], ids=["usual", "long", "widest"]
)


def program(document: bytes, *command: str) -> str:
    return subprocess.run(command, input=document, capture_output=True, check=True).stdout.decode()


def printed(poster: Poster) -> str:
    """Everything the page says, on one line."""
    (page,) = PdfReader(BytesIO(render(poster))).pages
    return " ".join(page.extract_text().replace("\u200b", "").split())


def seen(poster: Poster, folder: Path, *how: str) -> set[str]:
    """What a reader of square codes sees on the page."""
    program(render(poster), "pdftoppm", *how, "-png", "-", str(folder / "page"))
    (picture,) = folder.glob("*.png")
    return set(program(b"", "zbarimg", "--quiet", "--raw", str(picture)).splitlines())


def test_the_poster_says_who_asks_for_what_and_where_to_pay() -> None:
    lines = program(render(POSTER), "pdftotext", "-layout", "-", "-").splitlines()

    page = "\n".join(" ".join(line.split()) for line in lines)
    for said in (
        "Hội Khuyến học thành phố Hà Nội",
        "Hội Khuyến học phường Ba Đình",
        "MỜI ỦNG HỘ",
        "Tháng Khuyến học 2026",
        "quét mã VietQR, nhập số tiền",
        "Vietcombank",
        "Ngân hàng TMCP Ngoại Thương Việt Nam",
        "Số tài khoản",
        "0011 0041 23456",
        "HOI KHUYEN HOC PHUONG BA DINH",
        "Ung ho KH1",
        "khuyenhoc.example/q/ba-dinh",
        "Mã nhỏ chỉ mở trang, không chuyển tiền.",
        "Tài khoản đã được Hội Khuyến học thành phố xác nhận ngày 04/11/2026.",
    ):
        assert said in page
    assert page == unicodedata.normalize("NFC", page)


@EVERY_LENGTH
@pytest.mark.parametrize(
    "how", [("-r", "72"), ("-r", "150"), ("-r", "150", "-gray"), ("-r", "300", "-mono")]
)
def test_a_telephone_reads_both_codes_in_colour_and_in_black(
    poster: Poster, how: tuple[str, ...], tmp_path: Path
) -> None:
    payload = static_payload(poster.payee, poster.memo)

    # At 72 dots an inch, a glance from afar, the small code is not asked for.
    both = {payload} if how == ("-r", "72") else {payload, poster.page_url}
    assert both <= seen(poster, tmp_path, *how) <= {payload, poster.page_url}


def test_without_a_memo_none_is_printed_or_paid_with(tmp_path: Path) -> None:
    poster = replace(POSTER, memo=None)

    assert "Ghi nội dung" not in printed(poster)
    assert seen(poster, tmp_path, "-r", "150") == {static_payload(POSTER.payee), POSTER.page_url}


@pytest.mark.parametrize(
    "payee", [Payee("970436", "0"), POSTER.payee, LONG.payee, Payee("970436", "z" * 19)]
)
@pytest.mark.parametrize("memo", [None, "m" * 25])
def test_the_code_is_at_least_nine_centimetres_wide(payee: Payee, memo: str | None) -> None:
    root = ET.fromstring(qr_svg(static_payload(payee, memo)))  # noqa: S314  our own markup
    side = int(root.attrib["viewBox"].split()[2])
    template = Path(__file__).parents[2] / "templates" / "pdf" / "poster.typ"
    drawn = re.search(r"code\(paper\.pay_qr, (\d+)mm", template.read_text("utf-8"))

    assert drawn is not None
    assert int(drawn[1]) * (side - 8) / side >= 90


@EVERY_LENGTH
def test_the_file_is_an_archive_of_one_a4_page_with_title_and_language(poster: Poster) -> None:
    document = render(poster)

    reader = PdfReader(BytesIO(document))
    (page,) = reader.pages
    assert [round(float(side) / MILLIMETRE) for side in page.mediabox[2:]] == [210, 297]
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Mời ủng hộ ")
    assert str(reader.root_object["/Lang"]).lower() == "vi-vn"
    assert b"<pdfaid:part>2</pdfaid:part>" in document
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in document
    assert len(document) < 100_000


@EVERY_LENGTH
def test_every_font_is_embedded(poster: Poster) -> None:
    rows = program(render(poster), "pdffonts", "-").splitlines()[2:]

    assert rows
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


@EVERY_LENGTH
def test_no_text_leaves_the_page_or_runs_over_the_code(poster: Poster) -> None:
    boxes = program(render(poster), "pdftotext", "-bbox", "-", "-")

    words = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', boxes)
    assert len(words) > 40
    for left, top, right, bottom, word in words:
        spot = [float(side) / MILLIMETRE for side in (left, top, right, bottom)]
        assert spot[0] > 17, word
        assert spot[2] < 193, word
        assert spot[3] < 291, word
        assert spot[3] < 77 or spot[1] > 190, word
        assert not spot[1] < 256 < spot[3], word


def test_long_names_that_forms_take_are_printed_whole() -> None:
    page = printed(LONG)

    assert "…" not in page
    for said in (LONG.upper_name, LONG.branch_name, LONG.purpose, LONG.holder):
        assert " ".join(said.split()) in page


def test_what_pays_is_never_cut() -> None:
    page = printed(WIDEST)

    assert page.count("…") >= 4
    for length in (19, 25):
        assert re.search(rf"(?<!W)W{{{length}}}(?!W)", page)
    assert "xác nhận ngày 04/11/2026." in page


@EVERY_LENGTH
def test_what_is_copied_from_the_page_has_no_sign_that_nobody_sees(poster: Poster) -> None:
    document = render(poster)

    said = "".join(program(document, "pdftotext", "-raw", "-", "-").split())
    assert poster.page_url.removeprefix("https://") in said
    opened = re.findall(rb"/URI\(([^)]+)\)", document)
    assert set(opened) == {poster.page_url.encode()}


def test_the_same_poster_gives_the_same_bytes_also_from_several_threads() -> None:
    posters = [replace(POSTER, verified_on=date(2026, 11, day % 4 + 1)) for day in range(16)]

    with ThreadPoolExecutor(4) as threads:
        documents = list(threads.map(render, posters))

    assert len(set(documents)) == 4
    assert documents == [render(poster) for poster in posters]


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1")',
        '#import "@preview/x:1.0.0": *',
        "*bold* _nghiêng_ `mã`",
        "$x$ <label> @ref",
        '"}{"purpose":"khác"',
        "H'Ƀlơ\u0306k Niê Kđăm",
        "Михаил Ναυσικά Łukasz",
    ],
)
def test_a_name_is_printed_letter_by_letter_and_never_run(name: str) -> None:
    poster = replace(POSTER, branch_name=name, purpose=name, holder=name)

    # Where one face lends another a letter, poppler sees a gap that nobody else sees.
    page = "".join(program(render(poster), "pdftotext", "-", "-").split())
    assert page.count("".join(name.split())) == 3


def test_letters_without_a_shape_become_squares() -> None:
    assert "Lê □ □ " in printed(replace(POSTER, branch_name="Lê\u202e\u200b 李 😀"))


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("123", "123"),
        ("12345", "12345"),
        ("123456", "1234 56"),
        ("0011004123456", "0011 0041 23456"),
        ("12345678", "1234 5678"),
        ("QUYKHUYENHOC12345678", "QUYKHUYENHOC12345678"),
    ],
)
def test_account_numbers_are_parted_in_fours(number: str, read: str) -> None:
    assert grouped(number) == read
    assert read.replace(" ", "") == number


def test_a_memo_that_cannot_be_said_and_an_unknown_bank_are_refused() -> None:
    with pytest.raises(Invalid, match="Nội dung"):
        render(replace(POSTER, memo="Quỹ «A»"))
    with pytest.raises(Invalid, match="ngân hàng"):
        render(replace(POSTER, payee=Payee("970499", "1")))
