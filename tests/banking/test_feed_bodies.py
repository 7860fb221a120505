"""What an aggregator tells is read strictly, and refused in one way alone when it cannot be."""

import json
from datetime import UTC, date, datetime

import pytest

from app.banking.commands import LineSide, ToldLine
from app.banking.feeds.casso import Casso
from app.banking.feeds.payos import PayOS
from app.banking.feeds.protocol import Feed, Malformed
from app.banking.feeds.sepay import SePay
from app.kernel.text import disarm
from tests.builders.feed_samples import CASSO_BODY, PAYOS_BODY
from tests.builders.feeds import (
    AMOUNT,
    CASSO,
    EACH,
    MOMENT,
    casso_body,
    payos_body,
    sepay_body,
)

AT = datetime(2026, 11, 24, 2, 15, tzinfo=UTC)


def only(feed: Feed, body: bytes) -> ToldLine:
    """The line of a body that tells of one movement."""
    (told,) = feed.told(body)
    return told.telling.line


def key_of(feed: Feed, body: bytes) -> str:
    """The place of a body's one movement."""
    (told,) = feed.told(body)
    return told.telling.place


def test_sepay_tells_of_money_that_came() -> None:
    (told,) = SePay().told(sepay_body())

    assert (told.account_number, told.telling.place) == ("0123499999", "92704")
    assert told.telling.line == ToldLine(
        day=date(2026, 11, 24),
        side=LineSide.CREDIT,
        amount=2277000,
        description="KH2A7BCDEF9 ung ho quy",
        reference="MBVCB.3278907687",
        balance_after=19077000,
        at=AT,
    )


def test_casso_tells_of_money_that_came_and_from_whom() -> None:
    (told,) = Casso().told(casso_body())

    assert (told.account_number, told.telling.place) == ("123456789", "218897")
    assert told.telling.line == ToldLine(
        day=date(2026, 11, 24),
        side=LineSide.CREDIT,
        amount=16775000,
        description="KH2A7BCDEF9 ung ho quy",
        reference="FT24364030863634",
        balance_after=20000000,
        counter_name="NGUYEN VAN A",
        counter_account="8888888888",
        at=AT,
    )


def test_payos_tells_of_a_payment() -> None:
    (told,) = PayOS().told(payos_body())

    assert (told.account_number, told.telling.place) == ("12345678", "9f4b1c:FT26328000001")
    assert told.telling.line == ToldLine(
        day=date(2026, 11, 24),
        side=LineSide.CREDIT,
        amount=250000,
        description="KH2A7BCDEF9",
        reference="FT26328000001",
        counter_name="NGUYEN VAN A",
        counter_account="8888888888",
        at=AT,
    )


def test_money_that_went_is_a_debit() -> None:
    assert only(SePay(), sepay_body(transferType="out")).side is LineSide.DEBIT
    line = only(Casso(), casso_body(amount=-350000))
    assert (line.side, line.amount) == (LineSide.DEBIT, 350000)


def test_the_old_webhook_of_casso_tells_of_several_at_once() -> None:
    old = {
        "id": 6763,
        "tid": "BANK_REF_ID",
        "description": "giao dich",
        "amount": 599000,
        "cusum_balance": 19000000,
        "when": "2026-11-24 10:15:00",
        "bank_sub_acc_id": "123456789",
        "subAccId": "123456789",
        "corresponsive_name": "LE THI B",
        "corresponsive_account": "970415000",
    }
    body = json.dumps({"error": 0, "data": [old, {**old, "id": 6764, "amount": -1000}]}).encode()

    first, second = Casso().told(body)

    assert (first.telling.place, second.telling.place) == ("6763", "6764")
    line = first.telling.line
    assert (line.reference, line.balance_after) == ("BANK_REF_ID", 19000000)
    assert (line.counter_name, line.counter_account) == ("LE THI B", "970415000")
    assert (first.account_number, second.telling.line.side) == ("123456789", LineSide.DEBIT)


def test_a_list_with_one_entry_that_cannot_be_read_counts_for_nothing() -> None:
    body = json.dumps({"error": 0, "data": [CASSO, {**CASSO, "amount": "x"}]}).encode()

    with pytest.raises(Malformed):
        Casso().told(body)


def test_trials_of_the_connection_are_no_movements() -> None:
    assert PayOS().told(PAYOS_BODY) == ()
    assert PayOS().told(payos_body(orderCode=123, description="Ma giao dich thu nghiem")) == ()
    assert Casso().told(CASSO_BODY) == ()
    assert Casso().told(b'{"error":0,"data":[]}') == ()
    assert Casso().told(casso_body(reference="MA_GIAO_DICH_THU_NGHIEM")) == ()
    assert SePay().told(sepay_body(id=0)) == ()


def test_a_giver_who_writes_the_memo_of_a_trial_gives_nevertheless() -> None:
    assert only(PayOS(), payos_body(description="VQRIO123")).amount == 250000
    assert only(PayOS(), payos_body(description="Ma giao dich thu nghiem")).amount == 250000
    assert only(Casso(), casso_body(description="MA_GIAO_DICH_THU_NGHIEM")).amount == 16775000


def test_a_payment_that_failed_or_was_of_other_money_is_none() -> None:
    assert PayOS().told(payos_body(code="01")) == ()
    for currency in ("USD", "vnd", 7):
        with pytest.raises(Malformed):
            PayOS().told(payos_body(currency=currency))


def test_two_payments_of_one_link_are_two_and_a_repeat_is_one() -> None:
    first = key_of(PayOS(), payos_body())

    assert key_of(PayOS(), payos_body(description="other words")) == first
    assert key_of(PayOS(), payos_body(reference="FT26328000002")) != first


@pytest.mark.parametrize(
    ("told", "balance"),
    [
        (0, None),
        (None, None),
        ("", None),
        (-5, None),
        (0.5, None),
        (7, 7),
        ("12.00", 12),
        (10**15, 10**15),
    ],
)
def test_a_balance_of_nothing_was_not_told(told: object, balance: int | None) -> None:
    assert only(SePay(), sepay_body(accumulated=told)).balance_after == balance
    assert only(Casso(), casso_body(runningBalance=told)).balance_after == balance


def test_the_fuller_text_is_the_description_and_either_may_be_absent() -> None:
    long = "BankAPINotify KH2A7BCDEF9 ung ho quy khuyen hoc"

    assert only(SePay(), sepay_body(description=long)).description == long
    assert only(SePay(), sepay_body(content=None, description="a")).description == "a"
    assert only(SePay(), sepay_body(content="ab", description="cd")).description == "ab"
    assert only(SePay(), sepay_body(content=None, description=None)).description == ""
    assert only(Casso(), casso_body(description=None)).description == ""


def test_texts_are_harmless_lines_of_at_most_500_letters() -> None:
    hostile = (
        "<script>alert(1)</script>\r\nA\u202eB\u200b\u0000'; DROP TABLE x;-- \ud83d" + "x" * 9000
    )

    for feed, body in EACH:
        name = "content" if feed == SePay() else "description"
        told = json.loads(body())
        (told.get("data") or told)[name] = hostile
        (told.get("data") or told)["counterAccountName"] = hostile
        line = only(feed, json.dumps(told).encode())
        assert line.description.startswith("<script>alert(1)</script> AB'; DROP TABLE x;-- xxx")
        assert len(line.description) == 500
        assert line.description == disarm(line.description, max_length=500)
        assert len(line.counter_name or "") <= 200


def test_what_banks_did_not_say_is_none() -> None:
    line = only(Casso(), casso_body(reference="", counterAccountName="", counterAccountNumber=None))
    assert (line.reference, line.counter_name, line.counter_account) == (None, None, None)
    assert only(SePay(), sepay_body(referenceCode=None)).reference is None


def test_marks_in_an_account_number_are_left_out() -> None:
    (told,) = SePay().told(sepay_body(accountNumber="0123 499-999a"))

    assert told.account_number == "0123499999A"


@pytest.mark.parametrize(
    ("told", "day", "at"),
    [
        ("2026-12-31 23:59:59", date(2026, 12, 31), datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)),
        ("2027-01-01 00:00:01", date(2027, 1, 1), datetime(2026, 12, 31, 17, 0, 1, tzinfo=UTC)),
        ("2026-12-31T23:59:59", date(2026, 12, 31), datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)),
        (
            "2026-12-31T17:00:00.000Z",
            date(2027, 1, 1),
            datetime(2026, 12, 31, 17, 0, tzinfo=UTC),
        ),
        (
            "2026-12-31T23:59:59+07:00",
            date(2026, 12, 31),
            datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC),
        ),
        ("2026-02-28", date(2026, 2, 28), None),
        ("2028-02-29 00:00:00", date(2028, 2, 29), None),
        ("2026-02-28T00:00:00", date(2026, 2, 28), None),
    ],
)
def test_days_are_those_of_viet_nam(told: str, day: date, at: datetime | None) -> None:
    for feed, body in EACH:
        line = only(feed, body(**{MOMENT[type(feed).__name__]: told}))
        assert (line.day, line.at) == (day, at)
        assert line.at is None or line.at.tzinfo is not None


@pytest.mark.parametrize(
    ("told", "amount"),
    [(1, 1), (10**12, 10**12), ("2277000", 2277000), ("2277000.00", 2277000), (5000.0, 5000)],
)
def test_whole_amounts_are_taken_however_they_are_written(told: object, amount: int) -> None:
    for feed, body in EACH:
        assert only(feed, body(**{AMOUNT[type(feed).__name__]: told})).amount == amount
