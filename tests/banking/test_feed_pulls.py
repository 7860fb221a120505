"""The nightly lists, asked for over real HTTP from servers here that speak as the providers do."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.banking.commands import LineSide, Provider
from app.banking.feeds.casso import Casso
from app.banking.feeds.payos import PayOS
from app.banking.feeds.protocol import PullFailed
from app.banking.feeds.registry import FEEDS, PULLED
from app.banking.feeds.sepay import SePay
from tests.builders.aggregators import (
    ACCOUNT,
    DAY,
    KEY,
    NOON,
    Aggregator,
    as_casso,
    as_sepay,
    entry,
    record,
)
from tests.builders.feeds import sepay_body


def test_sepays_list_is_read_oldest_first_with_the_ids_of_the_webhook(
    aggregator: Aggregator,
) -> None:
    went = entry(92703, NOON, amount_in="0.00", amount_out="500000.00", accumulated="0.00")
    aggregator.answer = as_sepay([entry(92704, NOON + timedelta(hours=1)), went])

    pulled = SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)

    debit, credit = [each.telling.line for each in pulled.tellings]
    assert [each.telling.place for each in pulled.tellings] == ["92703", "92704"]
    assert (debit.side, debit.amount, debit.balance_after) == (LineSide.DEBIT, 500000, None)
    assert (credit.side, credit.amount) == (LineSide.CREDIT, 18067000)
    assert (credit.balance_after, credit.reference) == (1200541768, "677760.92704")
    assert credit.at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert pulled.unreadable == 0
    (webhook,) = SePay().told(sepay_body())
    assert webhook.telling.place == pulled.tellings[1].telling.place
    ((_, query, headers),) = aggregator.asked
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert query["account_number"] == ACCOUNT
    assert (query["transaction_date_min"], query["transaction_date_max"]) == (
        "2026-11-24 00:00:00",
        "2026-11-24 23:59:59",
    )


def test_sepays_list_is_had_whole_however_many_an_answer_holds(aggregator: Aggregator) -> None:
    start = datetime(2026, 11, 23)  # noqa: DTZ001  the provider's own clock
    entries = [entry(number, start + timedelta(seconds=number * 613)) for number in range(1, 282)]
    aggregator.answer = as_sepay(entries)

    pulled = SePay(aggregator.address, limit=7, pause=0).pull(
        KEY, ACCOUNT, DAY - timedelta(days=1), DAY
    )

    assert [int(each.telling.place) for each in pulled.tellings] == list(range(1, 282))


def test_more_in_one_second_than_an_answer_holds_is_a_failure_not_a_loss(
    aggregator: Aggregator,
) -> None:
    aggregator.answer = as_sepay([entry(number, NOON) for number in range(1, 9)])

    with pytest.raises(PullFailed, match="too many at once"):
        SePay(aggregator.address, limit=7, pause=0).pull(KEY, ACCOUNT, DAY, DAY)


def test_one_entry_that_cannot_be_read_stops_no_other(aggregator: Aggregator) -> None:
    aggregator.answer = as_sepay(
        [
            entry(1, NOON),
            entry(2, NOON, amount_in="0.00"),
            entry(3, NOON, amount_out="1.00"),
            entry(4, NOON, id=None),
            entry(5, NOON, amount_in="-5.00"),
        ]
    )

    pulled = SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)

    assert [each.telling.place for each in pulled.tellings] == ["1"]
    assert pulled.unreadable == 4


def test_what_is_of_another_account_or_day_is_left_out(aggregator: Aggregator) -> None:
    told = [entry(1, NOON, account_number="99990000"), entry(2, NOON + timedelta(days=1))]
    told.append(entry(4, NOON, account_number=ACCOUNT.lstrip("0")))
    body = json.dumps({"transactions": [*told, entry(3, NOON)]}).encode()
    aggregator.answer = lambda _path, _query: (200, {}, body)

    pulled = SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)

    assert [each.telling.place for each in pulled.tellings] == ["3", "4"]


def test_cassos_list_is_read_page_by_page(aggregator: Aggregator) -> None:
    records = [record(number, "2026-11-24 09:15:00") for number in range(1, 48)]
    records.append(record(48, "2026-11-25T00:00:00"))
    records.append(record(49, "2026-11-24", bankSubAccId="9999"))
    aggregator.answer = as_casso(records, most=10)

    pulled = Casso(aggregator.address, pause=0).pull(KEY, ACCOUNT, DAY, DAY)

    assert [int(each.telling.place) for each in pulled.tellings] == list(range(1, 48))
    line = pulled.tellings[0].telling.line
    assert (line.side, line.amount, line.balance_after) == (LineSide.DEBIT, 193000, 1070904)
    assert (line.reference, line.counter_name, line.counter_account) == (
        "TF1",
        "NGUYEN VAN A",
        "0011",
    )
    assert [query["page"] for _, query, _ in aggregator.asked] == ["1", "2", "3", "4", "5"]
    _, query, headers = aggregator.asked[0]
    assert headers["Authorization"] == f"Apikey {KEY}"
    assert (query["fromDate"], query["toDate"]) == ("2026-11-24", "2026-11-25")


def test_a_list_without_movements_is_none(aggregator: Aggregator) -> None:
    aggregator.answer = as_casso([])
    assert Casso(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY).tellings == ()
    aggregator.answer = as_sepay([])
    assert SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY).tellings == ()


def test_pages_without_end_are_given_up(
    aggregator: Aggregator, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"records": [record(1, "2026-11-24")], "totalPages": 10**9}
    body = json.dumps({"error": 0, "data": data}).encode()
    aggregator.answer = lambda _path, _query: (200, {}, body)
    monkeypatch.setattr("app.banking.feeds.casso.MAX_PAGES", 5)

    with pytest.raises(PullFailed, match="too many pages"):
        Casso(aggregator.address, pause=0).pull(KEY, ACCOUNT, DAY, DAY)
    assert len(aggregator.asked) == 5


def test_every_provider_has_a_feed_and_payos_no_list() -> None:
    assert set(FEEDS) == set(Provider)
    assert set(PULLED) == {Provider.SEPAY, Provider.CASSO}
    assert not hasattr(PayOS(), "pull")
