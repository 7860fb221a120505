"""The printed receipt, read back by independent programs: poppler's and zbar's."""

import re
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.kernel.words import amount_in_words
from app.receipts.pdf import ReceiptPaper, Rendition, render

MILLIMETRE = 72 / 25.4
WORST = "W" * 2000

PAPER = ReceiptPaper(
    upper_name="HỘI KHUYẾN HỌC THÀNH PHỐ HÀ NỘI",
    branch_name="Hội Khuyến học phường Ba Đình",
    branch_address="Số 2 phố Trúc Bạch, phường Ba Đình, Hà Nội",
    series="BN/2026/A",
    number=42,
    issued_on=date(2026, 11, 4),
    place="Ba Đình",
    donor_name="Nguyễn Thị Ngọc Ễnh",
    donor_address="Số 15 ngõ 12 phố Đội Cấn, phường Ba Đình",
    amount=1_250_000,
    amount_in_words="Một triệu hai trăm năm mươi nghìn đồng",
    method="Tiền mặt",
    fund_name="Quỹ chung",
    purpose="Đợt vận động Tháng Khuyến học 2026, giúp cháu ở Ngọc Hà đỡ bỡ ngỡ",
    received_on=date(2026, 11, 2),
    is_in_kind=False,
    recorded_by="Trần Thị Lan",
    verify_url="https://khuyenhoc.example/xac-minh/7KQ2M9XD4TRC",
    verify_code="7KQ2-M9XD-4TRC",
)
VOIDED = replace(PAPER, void_reason="ghi nhầm số tiền", voided_on=date(2026, 12, 1))
EVERY_RENDITION = pytest.mark.parametrize(
    ("paper", "rendition"),
    [(PAPER, Rendition.ORIGINAL), (PAPER, Rendition.COPY), (VOIDED, Rendition.VOID)],
    ids=["original", "copy", "void"],
)


def printed(paper: ReceiptPaper, rendition: Rendition = Rendition.ORIGINAL) -> str:
    """Everything the page says, on one line, as pypdf reads it."""
    (page,) = PdfReader(BytesIO(render(paper, rendition))).pages
    return " ".join(page.extract_text().replace("\u200b", "").split())


def program(document: bytes, *command: str) -> str:
    return subprocess.run(command, input=document, capture_output=True, check=True).stdout.decode()


def test_the_page_says_what_was_fixed_at_issue_in_composed_vietnamese() -> None:
    lines = program(render(PAPER), "pdftotext", "-layout", "-", "-").splitlines()

    page = "\n".join(" ".join(line.split()) for line in lines)
    for said in (
        "HỘI KHUYẾN HỌC THÀNH PHỐ HÀ NỘI CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "HỘI KHUYẾN HỌC PHƯỜNG BA ĐÌNH Độc lập - Tự do - Hạnh phúc",
        "GIẤY BIÊN NHẬN",
        "Số: BN/2026/A · 0000042",
        "Đã nhận tiền ủng hộ Quỹ Khuyến học",
        "Đã nhận của ông (bà), đơn vị: Nguyễn Thị Ngọc Ễnh",
        "Địa chỉ: Số 15 ngõ 12 phố Đội Cấn, phường Ba Đình",
        "Số tiền: 1.250.000 đ",
        "Bằng chữ: Một triệu hai trăm năm mươi nghìn đồng",
        "Hình thức: Tiền mặt Ngày nhận: 02/11/2026",
        "Ủng hộ vào: Quỹ chung",
        "Nội dung: Đợt vận động Tháng Khuyến học 2026, giúp cháu ở Ngọc Hà đỡ bỡ ngỡ",
        "Ba Đình, ngày 04 tháng 11 năm 2026",
        "7KQ2-M9XD-4TRC",
        "Biên nhận này không phải là hoá đơn. Người lập: Trần Thị Lan",
    ):
        assert said in page
    assert page == unicodedata.normalize("NFC", page)


@EVERY_RENDITION
def test_every_font_is_embedded_as_a_subset(paper: ReceiptPaper, rendition: Rendition) -> None:
    rows = program(render(paper, rendition), "pdffonts", "-").splitlines()[2:]

    assert len(rows) == 3
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


@EVERY_RENDITION
def test_a_telephone_reads_the_address_of_verification(
    paper: ReceiptPaper, rendition: Rendition, tmp_path: Path
) -> None:
    program(render(paper, rendition), "pdftoppm", "-r", "110", "-png", "-", str(tmp_path / "page"))

    (picture,) = tmp_path.glob("*.png")
    seen = program(b"", "zbarimg", "--quiet", "--raw", str(picture))
    assert seen.strip() == "https://khuyenhoc.example/xac-minh/7KQ2M9XD4TRC"


@EVERY_RENDITION
def test_the_file_is_an_archive_of_one_a5_page_with_title_and_language(
    paper: ReceiptPaper, rendition: Rendition
) -> None:
    document = render(paper, rendition)

    reader = PdfReader(BytesIO(document))
    (page,) = reader.pages
    assert [round(float(side) / MILLIMETRE) for side in page.mediabox[2:]] == [210, 148]
    assert reader.metadata is not None
    assert reader.metadata.title == "Giấy biên nhận BN/2026/A · 0000042"
    assert str(reader.root_object["/Lang"]).lower() == "vi-vn"
    assert b"<pdfaid:part>2</pdfaid:part>" in document
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in document
    assert len(document) < 65_000


def test_the_same_paper_gives_the_same_bytes_also_from_several_threads() -> None:
    papers = [replace(PAPER, number=number % 4 + 1) for number in range(16)]

    with ThreadPoolExecutor(4) as threads:
        documents = list(threads.map(render, papers))

    assert len(set(documents)) == 4
    assert documents == [render(paper) for paper in papers]


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1")',
        '#import "@preview/x:1.0.0": *',
        "*bold* _nghiêng_ `mã`",
        "$x$ <label> @ref",
        "\\u{202e} \\ // /* = - + [x] {y}",
        "Lan \"Béo\" 'Út' “Cả”",
        "~ -- --- ... https://khuyenhoc.example",
        '"}{"donor_name":"khác"',
    ],
)
def test_a_name_is_printed_letter_by_letter_and_never_run(name: str) -> None:
    page = printed(replace(PAPER, donor_name=name))

    assert f"đơn vị: {name} Địa chỉ" in page


def test_a_decomposed_name_is_printed_composed() -> None:
    name = unicodedata.normalize("NFD", PAPER.donor_name)

    assert "Nguyễn Thị Ngọc Ễnh" in printed(replace(PAPER, donor_name=name))


def test_letters_of_the_highland_languages_keep_their_marks() -> None:
    name = "H'Ƀlơ\u0306k Niê Kđăm"  # Ê Đê: ơ̆ exists only as two characters

    assert name in program(render(replace(PAPER, donor_name=name)), "pdftotext", "-", "-")


def test_hidden_characters_vanish_and_unknown_letters_become_squares() -> None:
    page = printed(replace(PAPER, donor_name="Lê\u202e\u200b\x00 Văn\ud800\n李 😀"))

    assert "đơn vị: Lê Văn □ □ Địa chỉ" in page


def test_every_letter_taken_as_drawable_is_in_all_three_faces() -> None:
    codes = (code for code in range(0x20, 0x3000) if unicodedata.category(chr(code))[0] in "LMNPSZ")
    letters = "".join(map(chr, codes))

    for start in range(0, len(letters), 160):
        some = letters[start : start + 160]
        # PDF/A refuses the whole page when one letter has no shape.
        paper = replace(PAPER, donor_name=some, donor_address=some, amount_in_words=some)
        assert render(paper).startswith(b"%PDF")


@pytest.mark.parametrize("filler", [WORST, "Nghiêng " * 250, "m" * 2000], ids=["W", "words", "m"])
@EVERY_RENDITION
def test_the_longest_texts_stay_on_the_page_and_above_the_signatures(
    paper: ReceiptPaper, rendition: Rendition, filler: str
) -> None:
    texts = ("donor_name", "donor_address", "amount_in_words", "method", "fund_name", "purpose")
    header = ("upper_name", "branch_name", "branch_address", "place", "recorded_by")
    fillers: dict[str, Any] = dict.fromkeys(texts + header, filler)
    longest = replace(paper, amount=10**15, **fillers)

    boxes = program(render(longest, rendition), "pdftotext", "-bbox", "-", "-")

    assert boxes.count("<page ") == 1
    words = re.findall(r'xMin="(.+?)" yMin=".+?" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', boxes)
    assert all(float(left) > 7 * MILLIMETRE for left, _, _, word in words if word != "ĐÃ")
    assert all(float(right) < 203 * MILLIMETRE for _, right, _, _ in words)
    ends = [float(bottom) for _, _, bottom, word in words if word.endswith("…")]
    in_fields = [end for end in ends if 50.5 * MILLIMETRE < end < 106 * MILLIMETRE]
    assert len(in_fields) >= len(texts)
    assert max(in_fields) < 104.4 * MILLIMETRE


def test_the_longest_that_a_form_takes_is_printed_whole() -> None:
    words = " ".join(f"quyển{number}" for number in range(1, 60))
    longest = replace(
        PAPER,
        donor_name=words[:200].strip(),
        donor_address=words[:300].strip(),
        purpose=words[:300].strip(),
        amount=999_999_999_999,
        amount_in_words=amount_in_words(999_999_999_999),
        fund_name=words[:120].strip(),
    )

    page = printed(longest)

    assert "…" not in page
    assert page.count(longest.purpose or "?") == 2
    assert longest.donor_name in page
    assert longest.amount_in_words in page


def test_a_copy_says_so_and_keeps_the_number() -> None:
    page = printed(PAPER, Rendition.COPY)

    assert "BẢN SAO" in page
    assert "BN/2026/A · 0000042" in page
    assert "BẢN SAO" not in printed(PAPER)


def test_a_void_receipt_says_when_and_why_and_keeps_the_number() -> None:
    page = printed(VOIDED, Rendition.VOID)

    assert "ĐÃ HUỶ" in page
    assert "Đã huỷ ngày 01/12/2026. Lý do: ghi nhầm số tiền" in page
    assert "BN/2026/A · 0000042" in page


@pytest.mark.parametrize(
    ("paper", "rendition"),
    [(VOIDED, Rendition.ORIGINAL), (VOIDED, Rendition.COPY), (PAPER, Rendition.VOID)],
)
def test_a_void_receipt_is_never_printed_as_valid_nor_a_valid_one_as_void(
    paper: ReceiptPaper, rendition: Rendition
) -> None:
    with pytest.raises(ValueError, match="cannot be rendered"):
        render(paper, rendition)


def test_goods_are_received_at_their_value() -> None:
    page = printed(replace(PAPER, is_in_kind=True, method="Hiện vật", donor_address=None))

    assert "Đã nhận hiện vật trị giá: 1.250.000 đ" in page
    assert "Người giao hiện vật" in page
    assert "nộp tiền" not in page
