"""What cannot be read as a movement of money is refused in one way alone, whatever it is."""

import json
import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from app.banking.feeds.casso import Casso
from app.banking.feeds.payos import PayOS
from app.banking.feeds.protocol import Feed, Malformed
from app.banking.feeds.reading import parse
from app.banking.feeds.sepay import SePay
from app.kernel.text import disarm
from tests.builders.feeds import (
    AMOUNT,
    CASSO,
    EACH,
    MOMENT,
    PAYOS,
    SEPAY,
    casso_body,
    payos_body,
    sepay_body,
)


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        0,
        20261124,
        1795000000,
        "24/11/2026",
        "2026-11-24 24:00:00",
        "2026-11-24 09:60:00",
        "2026-02-30 09:00:00",
        "2027-02-29",
        "0000-01-01 00:00:00",
        "1900-01-01 09:00:00",
        "9999-12-31 23:59:59",
        "2026-11-24 09:15",
        "2026-11-24 09:15:00+25:00",
        "2026-11-24 09:15:00 ",
        "2026-11-24\n09:15:00",
        "２０２６-11-24 09:15:00",
        "2026-W48-2",
        "now",
        ["2026-11-24 09:15:00"],
        {"date": "2026-11-24"},
        True,
    ],
)
def test_other_moments_are_refused_w32(told: object) -> None:
    for feed, body in EACH:
        with pytest.raises(Malformed):
            feed.told(body(**{MOMENT[type(feed).__name__]: told}))


@pytest.mark.parametrize(
    "told",
    [
        0,
        -0.0,
        None,
        "",
        "0",
        0.5,
        1000.01,
        10**12 + 1,
        10**18,
        "1e6",
        "1.000.000",
        "1,000",
        " 1000",
        "１０００",
        "1000đ",
        "NaN",
        "Infinity",
        True,
        False,
        [],
        [1000],
        {},
        {"amount": 1000},
    ],
)
def test_other_amounts_are_refused_w33(told: object) -> None:
    for feed, body in EACH:
        with pytest.raises(Malformed):
            feed.told(body(**{AMOUNT[type(feed).__name__]: told}))


def test_where_the_side_is_told_otherwise_a_negative_amount_is_refused_w33() -> None:
    for feed, body in ((SePay(), sepay_body), (PayOS(), payos_body)):
        with pytest.raises(Malformed):
            feed.told(body(**{AMOUNT[type(feed).__name__]: -1000}))


@pytest.mark.parametrize("told", [None, "", "IN", "credit", 1, True, [], {}, ["in"]])
def test_sepay_must_say_which_way_money_went(told: object) -> None:
    with pytest.raises(Malformed):
        SePay().told(sepay_body(transferType=told))


@pytest.mark.parametrize("told", [None, "", " ", "a b", "x" * 101, "a/b", -0.5, True, [], {}, "é"])
def test_a_movement_without_an_id_is_refused(told: object) -> None:
    with pytest.raises(Malformed):
        SePay().told(sepay_body(id=told))
    with pytest.raises(Malformed):
        Casso().told(casso_body(id=told))
    with pytest.raises(Malformed):
        PayOS().told(payos_body(reference=told))
    with pytest.raises(Malformed):
        PayOS().told(payos_body(paymentLinkId=told))


@pytest.mark.parametrize("told", [None, "", "123", "x" * 35, "<b>1234</b>", "é1234", 1.5, [], {}])
def test_a_movement_of_no_account_is_refused(told: object) -> None:
    for feed, body in EACH:
        with pytest.raises(Malformed):
            feed.told(body(accountNumber=told))


@pytest.mark.parametrize("feed", [SePay(), Casso(), PayOS()])
def test_bodies_that_are_no_body_are_refused_w10_w11(feed: Feed) -> None:
    body = next(make for other, make in EACH if other == feed)()
    for raw in (
        b"",
        b"null",
        b"7",
        b'"x"',
        b"[]",
        b"{}",
        b"[[]]",
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf" + body,
        body.decode().encode("utf-16"),
        body.replace(b": ", b": NaN, ", 1),
        body[:-1],
        body + b"x",
        body[:-1] + b" " * 300_000 + b"}",
        b"[" * 200_000,
        b'{"data":' * 30_000,
        b'{"data":' + b"[" * 20 + b"]" * 20 + b"}",
        b'{"id":1,"id":2,' + body[1:],
        b'{"error":1,"data":{}}',
        casso_body().replace(b'"error": 0', b'"error": 5'),
        b'{"error":0,"data":null}',
        b'{"error":0,"data":"x"}',
        b'{"error":0,"data":[null]}',
        b'{"error":0,"data":[7]}',
    ):
        with pytest.raises(Malformed):
            feed.told(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"[NaN]", b"[Infinity]", b"[-Infinity]", b"[1e6]", b"[1E999999]", b"[1e-999999]",
        b"[" + b"1" * 20 + b"]", b"[0." + b"1" * 20 + b"]", b"[01]", b"[+1]", b"[.5]", b"[1_000]",
        b'{"a":1,"a":1}', b'[{"a":{"b":1,"b":2}}]', b"[" * 18 + b"]" * 18, b"['a']", b"[1,]",
        b"[" + b"[]," * 20_001 + b"1]",
        b'{"a":' * 18 + b"1" + b"}" * 18, b"\xc3\x28", b"\xed\xa0\x80", b"[\n1] //",
    ],
)  # fmt: skip
def test_json_that_two_readers_may_take_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse(raw)


def test_other_json_is_read_exactly() -> None:
    raw = '{"a":[1,-2,0.10,true,null,"đ \\ud83d"],"b":{"c":[[]]}}'.encode()

    assert parse(raw) == {
        "a": [1, -2, Decimal("0.10"), True, None, "đ \ud83d"],
        "b": {"c": [[]]},
    }
    assert parse(b"[" * 16 + b"]" * 16) is not None


def test_whatever_stands_in_any_field_it_is_read_or_refused() -> None:
    """Random hostile values in random fields: no third outcome, and what is read is clean."""
    seed = random.randrange(10**9)
    print("seed", seed)
    drawn = random.Random(seed)
    hostile: list[object] = [
        None, True, False, 0, 1, -1, 10**18, -(10**18), 0.1, 1e-7, 1e15, "", " ", "0", "-0",
        "x" * 100_000, "\u0000", "\ud800", "\u202e", "<img src=x onerror=alert(1)>", "１２３",
        "NaN", "2026-11-24 09:15:00", "9999-12-31 23:59:59", "0001-01-01", [], {}, [[]], {"a": {}},
        ["x"] * 1000, {"": ""}, "in", "out", "VND", "00", "a:b", "../..", "=1+1", "%s%s", "{0}",
    ]  # fmt: skip
    read = 0
    sent: list[tuple[Feed, Mapping[str, object]]]
    sent = [(SePay(), SEPAY), (Casso(), CASSO), (PayOS(), PAYOS)]
    for _ in range(6000):
        feed, fields = drawn.choice(sent)
        changed = dict(fields)
        for name in drawn.sample(sorted(changed), drawn.randint(1, 3)):
            changed[name] = drawn.choice(hostile)
        body: object = changed if feed == SePay() else {"error": 0, "data": changed}
        try:
            told = feed.told(json.dumps(body).encode())
        except Malformed:
            continue
        for each in told:
            read += 1
            line = each.telling.line
            assert 0 < line.amount <= 10**12
            assert date(1990, 1, 1) <= line.day <= date(2099, 12, 31)
            assert line.balance_after is None or 0 < line.balance_after <= 10**15
            for text in (line.description, line.reference, line.counter_name, line.counter_account):
                assert text is None or (text == disarm(text, max_length=500))
            assert len(each.telling.place) <= 201
            assert each.account_number.isalnum()
    assert read > 500
