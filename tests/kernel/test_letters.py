"""What a receipt can show is taken, and another letter is named."""

import time
import unicodedata

import pytest

from app.kernel.letters import printable
from app.kernel.text import UnreadableText, clean_name


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Ngọc Ễnh",
        unicodedata.normalize("NFD", "Trường THCS Đặng Thuỳ Trâm"),
        "Công ty TNHH “Ánh Dương” – chi nhánh số 2 (Hà Nội) & con; 50 % · 12 €",
        "H'Ƀlơ\u0306k Niê Kđăm",
        "Михаил Ναυσικά Søren Łukasz",
        "",
    ],
)
def test_what_a_receipt_shows_is_taken(text: str) -> None:
    assert printable(text) == text


def test_lines_of_a_note_are_taken() -> None:
    assert printable("Mười xe đạp\n\nHai máy tính") == "Mười xe đạp\n\nHai máy tính"


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Anh 张伟 公司", "张"),
        ("شركة", "ش"),
        ("บริษัท", "บ"),
        ("Lan 😀", "😀"),
        ("Ａｎ", "Ａ"),
        ("một\nhai 李", "李"),
    ],
)
def test_another_letter_is_named(text: str, letter: str) -> None:
    with pytest.raises(UnreadableText) as refusal:
        printable(text)

    told = f"Biên nhận chưa in được chữ “{letter}”. Hãy ghi bằng chữ Latinh."
    assert refusal.value.message == told
    assert letter in refusal.value.message_en


def test_usual_names_pass_in_no_time() -> None:
    name = clean_name("Gia đình ông bà Nguyễn Văn Thắng - Trần Thị Hoa")
    started = time.perf_counter()

    for _ in range(1000):
        printable(name)

    assert time.perf_counter() - started < 0.05
