"""VietQR, byte for byte as two peers and the published vector have it, and read by a reader."""

import binascii
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from qr_pay import QRPay as NapasQr
from vietnam_qr_pay import QRPay as VietnamQr

from app.giving.vietqr import (
    LARGEST,
    Payee,
    dynamic_payload,
    qr_svg,
    spoken_memo,
    static_payload,
)
from app.kernel.errors import Invalid
from app.kernel.memo_codes import codes_in, new_memo_code

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
PUBLISHED = (
    "00020101021238530010A0000007270123000697041601092245284790208QRIBFTTA53037045405100005802VN"
    "62340107NPS68690819TRANSFER TO SOMEONE6304AC13"
)
ACB = Payee("970416", "224528479")

payees = st.builds(
    Payee,
    st.text("0123456789", min_size=6, max_size=6),
    st.text(LETTERS, min_size=1, max_size=19),
)
memos = (
    st.text(LETTERS + " ", min_size=1, max_size=25).map(lambda m: " ".join(m.split())).filter(bool)
)
amounts = st.integers(1, LARGEST)
bills = st.none() | st.text(LETTERS, min_size=1, max_size=25)


def test_the_published_vector_comes_out_byte_for_byte() -> None:
    assert dynamic_payload(ACB, 10_000, "TRANSFER TO SOMEONE", "NPS6869") == PUBLISHED


@given(payees, amounts, memos, bills)
def test_a_gift_is_what_both_peers_make_of_it(
    payee: Payee, amount: int, memo: str, bill: str | None
) -> None:
    ours = dynamic_payload(payee, amount, memo, bill)

    peer = VietnamQr.init_viet_qr(payee.bank, payee.number, str(amount), memo)
    peer.additional_data.bill_number = bill
    assert ours == peer.build()
    assert (
        ours
        == NapasQr(
            bin_id=payee.bank,
            consumer_id=payee.number,
            transaction_amount=amount,
            purpose_of_transaction=memo,
            bill_number=bill,
        ).code
    )


@given(payees, st.none() | memos)
def test_a_poster_is_what_both_peers_make_of_it(payee: Payee, memo: str | None) -> None:
    ours = static_payload(payee, memo)

    assert ours.startswith("000201010211")
    assert ours == VietnamQr.init_viet_qr(payee.bank, payee.number, purpose=memo).build()
    assert (
        ours
        == NapasQr(
            bin_id=payee.bank,
            consumer_id=payee.number,
            purpose_of_transaction=memo,
            point_of_initiation_method="STATIC",  # or it makes a dynamic one without an amount
        ).code
    )


@given(payees, amounts, memos)
def test_the_peers_read_back_what_was_said(payee: Payee, amount: int, memo: str) -> None:
    ours = dynamic_payload(payee, amount, memo)

    read = VietnamQr(ours)
    assert read.is_valid
    assert (read.consumer.bank_bin, read.consumer.bank_number) == (payee.bank, payee.number)
    assert (read.amount, read.additional_data.purpose) == (str(amount), memo)
    told = NapasQr.decode(ours)
    assert (told.bin_id, told.consumer_id) == (payee.bank, payee.number)
    assert told.point_of_initiation_method == "12"


@given(payees, amounts, memos)
def test_the_sum_at_the_end_is_what_the_standard_library_reckons(
    payee: Payee, amount: int, memo: str
) -> None:
    ours = dynamic_payload(payee, amount, memo)

    assert binascii.crc_hqx(ours[:-4].encode("ascii"), 0xFFFF) == int(ours[-4:], 16)
    assert re.fullmatch("[0-9A-F]{4}", ours[-4:])


@pytest.mark.parametrize(
    ("bank", "number"),
    [
        ("97041", "1"),
        ("9704166", "1"),
        ("97041A", "1"),
        ("９７０４１６", "1"),
        ("970416\n", "1"),
        ("", "1"),
        ("970416", ""),
        ("970416", "1" * 20),
        ("970416", "12 34"),
        ("970416", "12-34"),
        ("970416", "quỹ"),
        ("970416", "٣"),
    ],
)
def test_no_code_is_made_for_what_is_no_account(bank: str, number: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Payee(bank, number)

    assert refusal.value.field == "number"


@pytest.mark.parametrize("amount", [0, -1, LARGEST + 1, 999_999_999_999_999])
def test_an_amount_that_the_field_cannot_hold_is_refused(amount: int) -> None:
    with pytest.raises(Invalid) as refusal:
        dynamic_payload(ACB, amount, "KH")

    assert refusal.value.field == "amount"


def test_the_smallest_and_the_largest_amount_are_said_whole() -> None:
    assert "54011" + "5802VN" in dynamic_payload(ACB, 1, "KH")
    assert "54139999999999999" + "5802VN" in dynamic_payload(ACB, LARGEST, "KH")


@pytest.mark.parametrize(
    ("memo", "said"),
    [
        ("Ủng hộ quỹ Đình Bảng", "Ung ho quy Dinh Bang"),
        (unicodedata.normalize("NFD", "Lễ đường Ễnh ƯƠNG"), "Le duong Enh UONG"),
        ("  KH7Q2M9XABC \n lop\u00a05A ", "KH7Q2M9XABC lop 5A"),
        ("ＫＨ１２", "KH12"),
        ("x" * 25, "x" * 25),
    ],
)
def test_a_memo_is_folded_to_what_banks_carry(memo: str, said: str) -> None:
    assert spoken_memo(memo) == said
    assert f"08{len(said):02}{said}6304" in static_payload(ACB, memo)


@pytest.mark.parametrize("memo", ["", "  ", "a/b", "50%", "x" * 26, "Quỹ “A”", "学", "\x00", "a_b"])
def test_a_memo_that_cannot_be_said_is_refused_not_changed(memo: str) -> None:
    with pytest.raises(Invalid) as refusal:
        dynamic_payload(ACB, 1000, memo)

    assert refusal.value.field == "memo"
    with pytest.raises(Invalid):
        static_payload(ACB, memo)


@pytest.mark.parametrize("bill", ["", "a b", "x" * 26, "số"])
def test_a_bill_number_that_cannot_be_said_is_refused(bill: str) -> None:
    with pytest.raises(Invalid) as refusal:
        dynamic_payload(ACB, 1000, "KH", bill)

    assert refusal.value.field == "bill"


@given(st.text(max_size=40))
def test_any_memo_is_said_in_ascii_or_refused(memo: str) -> None:
    try:
        said = spoken_memo(memo)
    except Invalid:
        return

    assert said.isascii()
    assert 1 <= len(said) <= 25
    assert spoken_memo(said) == said


def test_a_memo_code_passes_through_as_it_is() -> None:
    code = new_memo_code()

    assert spoken_memo(code) == code
    assert codes_in(spoken_memo(f"Ủng hộ {code}")) == (code,)


def test_the_drawing_names_itself_and_asks_for_nothing_from_outside() -> None:
    drawn = qr_svg(static_payload(ACB), 'Mã <VietQR> & "số"')

    root = ET.fromstring(drawn)  # noqa: S314  our own markup
    assert root.attrib["role"] == "img"
    assert root.attrib["shape-rendering"] == "crispEdges"
    assert root[0].tag.endswith("title")
    assert root[0].text == 'Mã <VietQR> & "số"'
    assert {child.tag.rpartition("}")[2] for child in root.iter()} == {"svg", "title", "path"}
    names = {name for child in root.iter() for name in child.attrib}
    assert names == {"class", "role", "viewBox", "shape-rendering", "fill", "d"}
    assert "url(" not in drawn
    assert drawn.count("http") == 1  # the name of SVG itself


def test_the_quiet_zone_is_four_modules_wide() -> None:
    root = ET.fromstring(qr_svg(static_payload(ACB)))  # noqa: S314  our own markup

    side = int(root.attrib["viewBox"].split()[2])
    dark = root[2].attrib["d"]
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)", dark)]
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == 4
    assert max(x + wide for x, _, wide in runs) == max(y for _, y, _ in runs) + 1 == side - 4


CSP = "default-src 'none'; img-src 'self' data:; style-src 'self'"
CHROMIUM = "/usr/bin/chromium"


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed")
def test_a_camera_reads_back_exactly_what_a_page_shows_under_our_rules(tmp_path: Path) -> None:
    payloads = [
        PUBLISHED,
        static_payload(Payee("970405", "1")),
        dynamic_payload(Payee("970436", "Z" * 19), LARGEST, "M" * 25, "B" * 25),
        dynamic_payload(Payee("970422", "0011004123456"), 250_000, new_memo_code()),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 400})
        said: list[Any] = []
        page.on("console", lambda message: said.append(message.text))
        for place, payload in enumerate(payloads):
            page.set_content(
                f'<meta http-equiv="Content-Security-Policy" content="{CSP}">{qr_svg(payload)}'
            )
            assert page.get_by_role("img", name="VietQR").is_visible()
            picture = tmp_path / f"{place}.png"
            page.screenshot(path=picture)
            assert _read(picture) == payload
        browser.close()
    assert said == []


def _read(picture: Path) -> str:
    command = ("zbarimg", "--quiet", "--raw", "--oneshot", str(picture))
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().rstrip("\n")
