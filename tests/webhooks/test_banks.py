"""Aggregators knock: what is theirs is kept and becomes a gift once; what is forged is not."""

import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from app.banking.commands import AddFeed, Provider
from app.banking.queries import get_account
from app.banking.sealing import seal
from app.banking.service import add_feed, revoke_feed
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import local, now
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.pages import alone
from tests.giving.test_matching import gifts
from worker.tasks.banking import read

SECRET = "mot-bi-mat-cua-hai-ben"


def a_feed(application: Flask, branch: BranchAtHand, provider: Provider) -> tuple[UUID, str]:
    """A feed of a new account: its id and the account's number."""
    account, key = an_account(branch), application.extensions["settings"].secret_key
    feed = AddFeed(
        id=uuid4(), account_id=account, provider=provider, sealed_secret=seal(SECRET, key=key)
    )
    with unit_of_work(branch.scope) as session:
        add_feed(session, feed)
        return feed.id, get_account(session, account).number


def sepay_body(number: str, words: str, **more: Any) -> bytes:
    """A movement as SePay tells of it."""
    at = local(now()).strftime("%Y-%m-%d %H:%M:%S")
    told_so = {
        "id": int(uuid4().int % 10**9),
        "gateway": "Vietcombank",
        "transactionDate": at,
        "accountNumber": number,
        "code": None,
        "content": words,
        "transferType": "in",
        "transferAmount": 500_000,
        "accumulated": 0,
        "subAccount": None,
        "referenceCode": f"FT{uuid4().int % 10**12}",
        "description": words,
    } | more
    return json.dumps(told_so, ensure_ascii=False).encode()


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """Headers that SePay sends with a body."""
    stamp = str(int(at or time.time()))
    proof = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-SePay-Signature": f"sha256={proof}",
        "X-SePay-Timestamp": stamp,
        "Content-Type": "application/json",
    }


def knock(
    application: Flask, feed: UUID, body: bytes, headers: dict[str, str], provider: str = "sepay"
) -> int:
    """The status that the knock is answered with."""
    client = application.test_client(use_cookies=False)
    path = f"/webhooks/{provider}/{feed}"
    return int(alone(client.post, path, data=body, headers=headers).status_code)


def test_what_sepay_tells_becomes_the_gift_it_names_once(
    application: Flask, a_branch: BranchAtHand
) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    offer = an_offer(a_branch)
    body = sepay_body(number, f"ung ho {offer.code}")
    for _ in range(3):
        assert knock(application, feed, body, signed(body)) == 200
        drain_outbox()
    assert [gift.amount for gift in gifts(a_branch)] == [500_000]
    assert balance(a_branch, "112") == 500_000


def test_the_same_movement_in_another_body_is_one(
    application: Flask, a_branch: BranchAtHand
) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    body = sepay_body(number, "A chuyen tien")
    other = json.dumps(json.loads(body), indent=2).encode()
    for sent in (body, other):
        assert knock(application, feed, sent, signed(sent)) == 200
    drain_outbox()
    assert balance(a_branch, "112") == 500_000


@pytest.mark.parametrize(
    "spoil",
    ["unsigned", "other secret", "old", "early", "changed", "other feed", "other provider"],
)
def test_what_is_forged_is_not_kept(application: Flask, a_branch: BranchAtHand, spoil: str) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    body = sepay_body(number, "A chuyen tien")
    headers = signed(body)
    provider = "sepay"
    match spoil:
        case "unsigned":
            headers = {}
        case "other secret":
            headers = signed(body, secret="khac")
        case "old":
            headers = signed(body, time.time() - 301)
        case "early":
            headers = signed(body, time.time() + 365 * 86_400)
        case "changed":
            body += b" "
        case "other feed":
            feed = uuid4()
        case _:
            provider = "casso"
    assert knock(application, feed, body, headers, provider) in {401, 404}
    drain_outbox()
    with reading(a_branch.scope) as session:
        assert session.execute(text("SELECT count(*) FROM bank_events")).scalar_one() == 0


def test_money_of_another_account_is_not_ours(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    feed, _ = a_feed(application, a_branch, Provider.SEPAY)
    _, foreign = a_feed(application, another_branch, Provider.SEPAY)
    body = sepay_body(foreign, "A chuyen tien")
    assert knock(application, feed, body, signed(body)) == 200
    drain_outbox()
    assert (balance(a_branch, "112"), balance(another_branch, "112")) == (0, 0)


def test_a_revoked_feed_is_not_listened_to(application: Flask, a_branch: BranchAtHand) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    with unit_of_work(a_branch.scope) as session:
        revoke_feed(session, feed)
    body = sepay_body(number, "A chuyen tien")
    assert knock(application, feed, body, signed(body)) == 404


def test_reading_twice_takes_in_once(application: Flask, a_branch: BranchAtHand) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    body = sepay_body(number, "A chuyen tien")
    knock(application, feed, body, signed(body))
    with reading(a_branch.scope) as session:
        facts = [str(fact) for fact in session.scalars(text("SELECT id FROM outbox")).all()]
    for _ in range(2):
        read(str(a_branch.id), facts)
    assert balance(a_branch, "112") == 500_000


def test_webhook_then_statement_is_one_gift(application: Flask, a_branch: BranchAtHand) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    offer = an_offer(a_branch)
    body = sepay_body(number, f"ANH ung ho {offer.code}", referenceCode="FT2627")
    knock(application, feed, body, signed(body))
    drain_outbox()
    with reading(a_branch.scope) as session:
        account = session.scalars(text("SELECT account_id FROM bank_feeds")).one()
    line = told(500_000, f"MBVCB.1.ANH ung ho {offer.code}.CT tu 0123456", reference="FT2627")
    tell(a_branch, account, [line])
    drain_outbox()
    assert len(gifts(a_branch)) == 1
    assert balance(a_branch, "112") == 500_000


def casso_body(number: str, words: str) -> bytes:
    """A movement as Casso tells of it (v2)."""
    data = {
        "id": int(uuid4().int % 10**9),
        "reference": f"FT{uuid4().int % 10**10}",
        "description": words,
        "amount": 500_000,
        "runningBalance": 25_000_000,
        "transactionDateTime": local(now() - timedelta(seconds=5)).strftime("%Y-%m-%d %H:%M:%S"),
        "accountNumber": number,
        "bankName": "VPBank",
        "bankAbbreviation": "VPB",
        "virtualAccountNumber": "",
        "virtualAccountName": "",
        "counterAccountName": "NGUYEN THI ANH",
        "counterAccountNumber": "0123456789",
        "counterAccountBankId": "970415",
        "counterAccountBankName": "VietinBank",
    }
    return json.dumps({"error": 0, "data": data}).encode()


def test_what_casso_tells_becomes_the_gift_it_names(
    application: Flask, a_branch: BranchAtHand
) -> None:
    feed, number = a_feed(application, a_branch, Provider.CASSO)
    offer = an_offer(a_branch)
    body = casso_body(number, f"ung ho {offer.code}")
    stamp = str(int(time.time() * 1000))
    ordered = json.dumps(
        json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    proof = hmac.new(SECRET.encode(), f"{stamp}.{ordered}".encode(), hashlib.sha512).hexdigest()
    headers = {
        "X-Casso-Signature": f"t={stamp},v1={proof}",
        "Content-Type": "application/json",
    }
    assert knock(application, feed, body, headers, "casso") == 200
    drain_outbox()
    (gift,) = gifts(a_branch)
    assert gift.amount == 500_000


def test_what_payos_tells_becomes_the_gift_it_names(
    application: Flask, a_branch: BranchAtHand
) -> None:
    feed, number = a_feed(application, a_branch, Provider.PAYOS)
    offer = an_offer(a_branch)
    data = {
        "orderCode": 123,
        "amount": 500_000,
        "description": offer.code,
        "accountNumber": number,
        "reference": f"FT{uuid4().int % 10**10}",
        "transactionDateTime": local(now()).strftime("%Y-%m-%d %H:%M:%S"),
        "currency": "VND",
        "paymentLinkId": uuid4().hex,
        "code": "00",
        "desc": "Thành công",
        "counterAccountBankId": None,
        "counterAccountBankName": None,
        "counterAccountName": None,
        "counterAccountNumber": None,
        "virtualAccountName": None,
        "virtualAccountNumber": None,
    }
    pairs = "&".join(f"{key}={'' if data[key] is None else data[key]}" for key in sorted(data))
    proof = hmac.new(SECRET.encode(), pairs.encode(), hashlib.sha256).hexdigest()
    body = json.dumps(
        {"code": "00", "desc": "success", "success": True, "data": data, "signature": proof}
    ).encode()
    headers = {"Content-Type": "application/json"}
    assert knock(application, feed, body, headers, "payos") == 200
    drain_outbox()
    (gift,) = gifts(a_branch)
    assert gift.amount == 500_000
