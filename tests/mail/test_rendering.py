"""Letters in words: both languages, plain and HTML, and nothing typed that becomes markup."""

import re
from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from app.mail.rendering import LOCALES, render
from tests.i18n.test_catalogue import VIETNAMESE
from tests.i18n.test_english_pages import Told

RECEIPT: dict[str, object] = {
    "name": "Gia đình ông bà Thắng - Hoa",
    "branch": "Hội Khuyến học phường Ba Đình",
    "amount": 1_250_000,
    "words": "Một triệu hai trăm năm mươi nghìn đồng",
    "for_what": "Quỹ chung",
    "purpose": "Chung tay vì sự học 2026. Tưởng nhớ cụ Phạm Văn Định",
    "covered_fee": 22_176,
    "received_on": date(2026, 11, 24),
    "series": "BN/2026/01",
    "number": 7,
    "verify_url": "https://quy.example.vn/xac-minh/7K3M9QXT2B4D",
    "download_url": "https://quy.example.vn/bien-nhan/abc",
    "own_url": "https://quy.example.vn/trang-cua-toi/abc",
    "download_until": datetime(2026, 12, 24, 3, 30, tzinfo=UTC),
}
LINK: dict[str, object] = {
    "branch": "Hội Khuyến học phường Ba Đình",
    "url": "https://quy.example.vn/nha-hao-tam/abc",
    "valid_until": datetime(2026, 12, 24, 3, 30, tzinfo=UTC),
}
WISHED: dict[str, object] = LINK | {
    "wished": "l…@example.vn",
    "asked_at": datetime(2026, 11, 24, 3, 30, tzinfo=UTC),
}
DAYS = ("24/11/2026", "10:30, 24/12/2026")
PLAIN = [
    str(RECEIPT[fact])
    for fact in (
        "name",
        "branch",
        "words",
        "for_what",
        "purpose",
        "series",
        "verify_url",
        "download_url",
    )
]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_receipt_says_all_that_it_must(locale: str) -> None:
    words = render("receipt", locale, RECEIPT)

    told = {"vi": ("1.250.000 đ", "22.176 đ"), "en": ("1,250,000 đ", "22,176 đ")}[locale]
    amounts = [amount.replace(" ", "\N{NO-BREAK SPACE}") for amount in told]
    for said in (words.text, words.html):
        assert all(part in said for part in (*amounts, *DAYS, *PLAIN))
    assert "7" in words.subject
    assert "\n" not in words.subject
    assert f'<html lang="{locale}">' in words.html


def test_a_receipt_is_silent_about_a_fee_that_nobody_added_and_a_purpose_that_is_none() -> None:
    words = render("receipt", "vi", RECEIPT | {"purpose": "", "covered_fee": 0})

    assert not re.search("Phí thẻ|Nội dung", words.text + words.html)
    assert "\n\n\n" not in words.text


@pytest.mark.parametrize(
    ("purpose", "facts"),
    [
        ("receipt", RECEIPT),
        ("donor_link", LINK),
        ("email_wished", LINK),
        ("email_asked", WISHED),
    ],
)
def test_a_letter_in_english_is_english(purpose: str, facts: dict[str, object]) -> None:
    words = render(purpose, "en", facts)
    said = [words.subject, words.text, *Told(words.html).said]

    for text in said:
        rest = text
        for datum in sorted(map(str, facts.values()), key=len, reverse=True):
            rest = rest.replace(datum, "")
        assert not VIETNAMESE.search(rest.replace("đ", "")), rest


def test_what_was_typed_is_no_markup() -> None:
    words = render("receipt", "vi", RECEIPT | {"name": "<b>Lan</b> & {{ 7*7 }}"})

    assert "&lt;b&gt;Lan&lt;/b&gt; &amp; {{ 7*7 }}" in words.html
    assert "<b>Lan</b> & {{ 7*7 }}" in words.text


def test_nobody_is_named_when_a_gift_is_anonymous() -> None:
    assert render("receipt", "vi", RECEIPT | {"name": ""}).text.startswith(
        "Kính gửi nhà hảo tâm,\n\n"
    )


def test_a_letter_fetches_nothing() -> None:
    html = render("receipt", "vi", RECEIPT).html

    assert not any(word in html for word in ("<img", "src=", "<link", "<script", "url(", "@import"))


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("receipt", "vi", {key: RECEIPT[key] for key in RECEIPT if key != "number"})
    with pytest.raises(KeyError):
        render("receipt", "fr", RECEIPT)
