"""Two branches that know nothing of each other, who asks, and what an answer tells."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.permissions import Role
from app.api.fields import cursor_of
from app.boards.content import PaperKind
from app.boards.service import PublishDocument, publish_document
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.queries import get_donation
from app.donations.service import reverse_donation
from app.donors.commands import DonorKind, NewDonor
from app.funds.service import OpenDrive, open_drive
from app.giving.dispositions import Disposition, dispose
from app.giving.matches import matches_of_line
from app.kernel.clock import today
from app.kernel.days import format_day
from app.kernel.ids import uuid7
from app.ledger.queries import EntryFilter, entries
from app.receipts.queries import receipt_of_donation
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand, a_member, a_token
from tests.builders.cards import a_card_payment
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, alone
from tests.tenancy.places import API, Place

Words = dict[str, str]
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# What differs between two answers to the same question: nonce, form token, the id of a new form,
# the minute in which a page could be printed.
VARYING = re.compile(
    r"nonce[=-][\"']?[\w-]+|name=\"csrf_token\"[^>]*>|X-CSRFToken[^}]+"
    r"|(?<=name=\"id\" )[^>]*value=\"[0-9a-f-]{36}\"|In lúc [\d:]+"
)
MADE_NOW = re.compile(
    r'"(?:number|verify_code|posted_at|id)": ?(?:"[^"]*"|\d+)|/[0-9a-f-]{36}(?=[/"\s]|$)'
)


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the one who asked can see."""

    status: int
    headers: tuple[str, ...]
    text: str

    def lines(self) -> list[str]:
        """The answer line by line, as failures show it."""
        return [str(self.status), *self.headers, *self.text.splitlines()]


class Person:
    """One role of a branch at its browser and with its token; without a role, signed out."""

    def __init__(self, application: Flask, branch: BranchAtHand, role: Role | None) -> None:
        browser = Browser(application)
        self.client: FlaskClient = browser.client
        # The limit on guessing receipts counts each address apart.
        self.client.environ_base["REMOTE_ADDR"] = f"2001:db8::{uuid4().hex[:4]}"
        if role:
            browser.signed_in(a_member(branch, role))
        page = browser.open(f"/b/{branch.slug}/" if role else "/dang-nhap").text
        found = CSRF.search(page)
        assert found, page
        self.form_token = found[1]
        self.bearer = {"Authorization": f"Bearer {a_token(branch, role)}"} if role else {}

    def ask(self, place: Place, words: Words, mask: "Mask") -> Answer:
        """What the place answers when these words are sent to it."""
        sent: dict[str, object] = {}
        if place.form is not None:
            sent["data"] = {**_filled(place.form, words), "csrf_token": self.form_token}
        if place.body is not None:
            sent["json"] = _filled(place.body, words)
        headers = _filled(place.headers, words)
        path = place.path.format(**words)
        if path.startswith(API):
            headers |= self.bearer
        told = alone(self.client.open, path, method=place.method, headers=headers, **sent)

        def masked(text: str) -> str:
            return mask(text.replace(told.headers["X-Request-Id"], ""))

        return Answer(
            told.status_code,
            tuple(sorted(f"{name}: {masked(value)}" for name, value in told.headers.items())),
            masked(told.get_data().decode(errors="replace")),
        )


def _filled(sent: Mapping[str, object], words: Words) -> dict[str, object]:
    filled: dict[str, object] = json.loads(
        re.sub(r"\{(\w+)\}", lambda m: words[m[1]], json.dumps(dict(sent)))
    )
    return filled


@dataclass(frozen=True, slots=True)
class Mask:
    """Takes out of a text what was sent, and what differs at every request."""

    sent: re.Pattern[str]

    @classmethod
    def of(cls, *sent: Words) -> "Mask":
        """A mask of all these words, longest first."""
        words = sorted({word for each in sent for word in each.values()}, key=len, reverse=True)
        return cls(re.compile("|".join(map(re.escape, words))))

    def __call__(self, text: str) -> str:
        """The text without it."""
        text = re.sub(r"session=[^;]+|kh\w*=[^;]+", "cookie", VARYING.sub("", text))
        return self.sent.sub("…", text)


def without_new(answer: Answer) -> tuple[int, str]:
    """The answer to a creation without what each creation has of its own."""
    return answer.status, MADE_NOW.sub("", answer.text)


def ids_of(branch: BranchAtHand) -> Words:
    """Two gifts of the branch, one of them void, and all that they made: what can be named."""
    with unit_of_work(branch.scope) as session:
        appeal = OpenDrive(fund_id=branch.fund_id, name="Vận động", starts_on=today())
        drive = open_drive(session, appeal)
    giver = NewDonor(DonorKind.PERSON, branch.slug.removeprefix("thu-"))
    gift = give(branch, replace(a_gift(branch, donor=giver), drive_id=drive))
    void, reversal = give(branch, a_gift(branch, amount=70_000)), uuid7()
    with unit_of_work(branch.scope) as session:
        wish = ReverseDonation(id=reversal, donation_id=void.id, reason="Ghi nhầm số tiền")
        reverse_donation(session, wish)
    offer, account, payment = an_offer(branch), an_account(branch), a_card_payment(branch)
    words = f"{branch.slug} chuyen tien"
    line, done = tell(branch, account, [told(500_000, words), told(60_000, f"{words} mat")])
    with unit_of_work(branch.scope) as session:
        dispose(session, done, Disposition.DEPOSIT)
    drain_outbox()
    paper = PublishDocument(
        id=uuid7(),
        kind=PaperKind.REPORT,
        title="Báo cáo",
        digest=uuid4().hex * 2,
        media_type="application/pdf",
        size=1,
    )
    with unit_of_work(branch.scope) as session:
        publish_document(session, paper)
    with reading(branch.scope) as session:
        receipt = receipt_of_donation(session, gift.id)
        (match,) = matches_of_line(session, done)
        entry = entries(session, EntryFilter(at_most=1))[0]
        return {
            "gift": str(gift.id),
            "void": str(void.id),
            "reversal": str(reversal),
            "donor": str(get_donation(session, gift.id).donor_id),
            "receipt": str(receipt.id),
            "void_receipt": str(receipt_of_donation(session, void.id).id),
            "digest": receipt.digests["original"],
            "entry": str(entry.id),
            "fund": str(branch.fund_id),
            "drive": str(drive),
            "branch": str(branch.id),
            "slug": branch.slug,
            "donor_name": giver.name,
            "offer": str(offer.id),
            "account": str(account),
            "payment": str(payment),
            "line": str(line),
            "done_line": str(done),
            "match": str(match.id),
            "document": str(paper.id),
        }


def absent(ids: Words) -> Words:
    """Names of nothing, as long as those of `ids`, each next to one in every order."""
    made = {name: str(UUID(int=UUID(word).int ^ 1)) for name, word in ids.items() if _is_id(word)}
    digest = ids["digest"][:-1] + ("0" if ids["digest"][-1] != "0" else "1")
    slug = f"thu-{uuid4().hex[:12]}"
    return ids | made | {"digest": digest, "slug": slug, "donor_name": slug.removeprefix("thu-")}


def _is_id(word: str) -> bool:
    return len(word) == len(str(UUID(int=0)))


def words_for(here: BranchAtHand, own: Words, others: Words) -> Words:
    """All that a place may name."""
    day = today()
    return others | {
        "here": here.slug,
        **{f"own_{name}": word for name, word in own.items()},
        "fresh": str(uuid7()),
        "today": format_day(day),
        "iso_today": day.isoformat(),
        "dated_gift": f"{day}_{others['gift']}",
        "dated_entry": f"{day}_{others['entry']}",
        "dated_line": f"{day}_{others['line']}",
        "line_cursor": cursor_of(day, others["line"]),
        "account_cursor": cursor_of(others["account"]),
        "gift_cursor": cursor_of(day, others["gift"]),
        "entry_cursor": cursor_of(day, others["entry"]),
        "fund_cursor": cursor_of(others["fund"]),
        "drive_cursor": cursor_of(others["drive"]),
    }


def rows_of(owner: psycopg.Connection, branch: BranchAtHand) -> dict[str, str | None]:
    """A digest of all rows of the branch, table by table."""
    tables = owner.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attname = 'branch_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    return {
        name: owner.execute(
            f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {name} t"
            " WHERE branch_id = %s",
            [branch.id],
        ).fetchall()[0][0]
        for (name,) in tables
    }
