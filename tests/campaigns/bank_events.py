"""Thousands of bank movements, told as badly as aggregators tell them (reliability.md P10).

Each movement is told one to five times by webhook, out of order, 3 % never, with forged ones among
them; statements of some days come in between, and tell of the same money in a bank's own words. In
the end lists are asked for and a last statement is taken in: the books equal the model to the đồng,
and every offer has the gifts that came till it was paid.

    python -m tests.campaigns.bank_events --events 10000 --seed 7
"""

import argparse
import hashlib
import hmac
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import text

from app.banking.commands import AddFeed, LineSide, Provider, Telling, ToldLine
from app.banking.events import get_feed
from app.banking.feeds.protocol import FeedTelling
from app.banking.lines import record_lines
from app.banking.queries import get_account
from app.banking.sealing import seal
from app.banking.service import add_feed
from app.banking.taking_in import list_of, take_in
from app.db.base import close_connections
from app.db.unit_of_work import reading, unit_of_work
from app.factory import create_app
from app.giving.queries import OfferView
from app.kernel.clock import today
from app.kernel.ids import uuid7
from config.local.cluster import temporary_cluster
from config.settings import from_environ
from tests.builders.bank import an_account, an_offer
from tests.builders.branches import BranchAtHand, open_city, open_commune
from tests.builders.consequences import drain_outbox, fold_totals
from tests.builders.pages import alone
from tests.migrated import migrate

SECRET: Final = "mot-bi-mat-cua-hai-ben"
DAYS: Final = 5
DROPPED, FORGED, AT_MOST = 0.03, 0.02, 5
AMOUNTS: Final = (100_000, 500_000, 5_000_000, 1_000_000_000)
HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Movement:
    """What really happened on an account; `offer` when the payer typed its code right."""

    id: int
    day: date
    side: LineSide
    amount: int
    words: str
    reference: str | None
    balance: int
    offer: UUID | None


@dataclass
class House:
    """A branch with an account, its feed, and all that moved there in truth."""

    branch: BranchAtHand
    account_id: UUID
    number: str
    feed_id: UUID
    offers: list[OfferView]
    truth: list[Movement] = field(default_factory=list)

    def bodies(self, movement: Movement) -> bytes:
        """The movement as SePay tells of it: the middle of the bank's words, no balance."""
        at = datetime.combine(movement.day, datetime.min.time(), HANOI) + timedelta(hours=9)
        told = {
            "id": movement.id,
            "gateway": "BIDV",
            "transactionDate": at.strftime("%Y-%m-%d %H:%M:%S"),
            "accountNumber": self.number,
            "content": movement.words,
            "transferType": "in" if movement.side is LineSide.CREDIT else "out",
            "transferAmount": movement.amount,
            "accumulated": 0,
            "referenceCode": movement.reference,
            "description": "",
        }
        return json.dumps(told).encode()

    def on_paper(self, days: set[date]) -> list[ToldLine]:
        """The same as the bank's statement of these days tells it."""
        return [
            ToldLine(
                day=each.day,
                side=each.side,
                amount=each.amount,
                description=f"MBVCB.{each.id}.{each.words}.CT tu 07{each.id}",
                reference=each.reference,
                balance_after=each.balance,
            )
            for each in self.truth
            if each.day in days
        ]


@dataclass
class Campaign:
    """One story over some branches."""

    application: Flask
    houses: list[House]
    dice: random.Random
    tally: Counter[str] = field(default_factory=Counter)
    next_id: int = 1

    def run(self, events: int) -> None:
        """Let so much happen, tell it badly, then look for what was not told."""
        self._happen(events)
        deliveries = list(self._deliveries())
        self.dice.shuffle(deliveries)
        for place, (house, body, is_forged) in enumerate(deliveries):
            self._knock(house, body, is_forged=is_forged)
            if place % 50 == 0:
                drain_outbox()
            if self.dice.random() < 0.01:
                first = self.dice.randrange(DAYS)
                self._paper(self.dice.choice(self.houses), range(first, DAYS))
        drain_outbox()
        for house in self.houses:
            self._pull(house)
            self._paper(house, range(DAYS))
        drain_outbox()
        fold_totals()

    def wrong(self) -> list[str]:
        """Where the books differ from the model, one sentence each."""
        found = []
        for house in self.houses:
            moved = sum(
                each.amount if each.side is LineSide.CREDIT else -each.amount
                for each in house.truth
            )
            given = [amount for gifts in self._gifts(house).values() for amount in gifts]
            model = {"112": moved, "3388": sum(given) - moved, "5111": -sum(given)}
            book = self._book(house)
            if book != {code: amount for code, amount in model.items() if amount}:
                found.append(f"{house.branch.slug}: book {book}, model {model}")
            found += self._wrong_gifts(house)
        return found

    def _wrong_gifts(self, house: House) -> list[str]:
        """Offers whose gifts are not what came till they were paid, in whatever order it came."""
        made, found = self._gifts(house), []
        for offer in house.offers:
            came = Counter(each.amount for each in house.truth if each.offer == offer.id)
            gifts = Counter(made.get(offer.id, []))
            was_paid_before_the_last = gifts.total() and all(
                sum(gifts.elements()) - amount >= offer.amount for amount in gifts
            )
            is_short = sum(gifts.elements()) < offer.amount and gifts != came
            if gifts - came or is_short or was_paid_before_the_last:
                found.append(f"{house.branch.slug}: gifts {gifts} of {offer.amount}, came {came}")
            self.tally["lines of paid offers that wait"] += (came - gifts).total()
        return found

    def _book(self, house: House) -> dict[str, int]:
        query = text(
            "SELECT account_code, sum(signed_amount)::bigint FROM postings"
            " GROUP BY account_code HAVING sum(signed_amount) <> 0"
        )
        with reading(house.branch.scope) as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def _gifts(self, house: House) -> dict[UUID, list[int]]:
        query = text(
            "SELECT g.offer_id, array_agg(n.amount) FROM offer_gifts g"
            " JOIN donations n ON (n.branch_id, n.id) = (g.branch_id, g.donation_id)"
            " WHERE g.branch_id = current_branch() GROUP BY g.offer_id"
        )
        with reading(house.branch.scope) as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def _happen(self, events: int) -> None:
        for _ in range(events):
            house = self.dice.choice(self.houses)
            day = today() - timedelta(days=self.dice.randrange(DAYS))
            house.truth.append(self._movement(house, day))
        for house in self.houses:
            house.truth.sort(key=lambda each: each.day)
            running = 0
            for place, each in enumerate(house.truth):
                running += each.amount if each.side is LineSide.CREDIT else -each.amount
                house.truth[place] = replace(each, balance=running)

    def _movement(self, house: House, day: date) -> Movement:
        self.next_id += 1
        offer = self.dice.choice(house.offers)
        words, named = self.dice.choices(
            [
                (f"{offer.donor_name} ung ho {offer.code}", offer.id),
                (f"ung ho quy khuyen hoc {' '.join(offer.code.lower())} thay cho ca ngo", offer.id),
                # Cut to the half: what the bank writes next completes no code by chance.
                (f"{offer.donor_name} ung ho {offer.code[:6]}", None),
                (f"{self.dice.choice(('LAN', 'HOA', 'TAM'))} chuyen tien", None),
            ],
            weights=[6, 2, 1, 2],
        )[0]
        is_out = self.dice.random() < 0.1
        return Movement(
            id=self.next_id,
            day=day,
            side=LineSide.DEBIT if is_out else LineSide.CREDIT,
            amount=self.dice.choice((50_000, 100_000, 200_000, 500_000)),
            words="Rut tien mat" if is_out else words,
            reference=f"FT{self.next_id:012}" if self.dice.random() < 0.7 else None,
            balance=0,
            offer=None if is_out else named,
        )

    def _deliveries(self) -> list[tuple[House, bytes, bool]]:
        told = []
        for house in self.houses:
            for movement in house.truth:
                body = house.bodies(movement)
                if self.dice.random() < DROPPED:
                    self.tally["dropped"] += 1
                else:
                    told += [(house, body, False)] * self.dice.randint(1, AT_MOST)
                if self.dice.random() < FORGED:
                    forged = body.replace(b'"content": "', b'"content": "x ')
                    told.append((house, forged, True))
        return told

    def _knock(self, house: House, body: bytes, *, is_forged: bool) -> None:
        stamp = str(int(time.time()) - (400 if is_forged and self.dice.random() < 0.5 else 0))
        secret = "khac" if is_forged and stamp > str(int(time.time()) - 300) else SECRET
        proof = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        client = self.application.test_client(use_cookies=False)
        headers = {
            "Content-Type": "application/json",
            "X-SePay-Timestamp": stamp,
            "X-SePay-Signature": f"sha256={proof}",
        }
        path = f"/webhooks/sepay/{house.feed_id}"
        started = time.monotonic()
        answer = alone(client.post, path, data=body, headers=headers)
        self.tally[f"{'forged' if is_forged else 'true'} answered {answer.status_code}"] += 1
        self.tally["slower than 300 ms"] += time.monotonic() - started > 0.3

    def _paper(self, house: House, back: range) -> None:
        days = {today() - timedelta(days=each) for each in back}
        told = [Telling(str(row), line) for row, line in enumerate(house.on_paper(days))]
        with unit_of_work(house.branch.scope) as session:
            record_lines(session, house.account_id, told, teller_id=uuid7())
        self.tally["statements"] += 1

    def _pull(self, house: House) -> None:
        """As the worker does with what an aggregator lists."""
        told = [
            FeedTelling(house.number, Telling(str(each.id), line))
            for each, line in zip(
                house.truth,
                house.on_paper({each.day for each in house.truth}),
                strict=True,
            )
        ]
        with unit_of_work(house.branch.scope) as session:
            feed = get_feed(session, house.feed_id)
            take_in(session, feed, told, teller_id=list_of(feed))


def settle_in(application: Flask, branch: BranchAtHand) -> House:
    """A branch with an account, a feed and some offers."""
    account, key = an_account(branch), application.extensions["settings"].secret_key
    feed = AddFeed(
        id=uuid5(account, "feed"),
        account_id=account,
        provider=Provider.SEPAY,
        sealed_secret=seal(SECRET, key=key),
    )
    with unit_of_work(branch.scope) as session:
        add_feed(session, feed)
        number = get_account(session, account).number
    offers = [
        # Some are paid at once, some after many parts, some never.
        an_offer(branch, AMOUNTS[n % 4], email=None, donor_name=f"Nha Hao Tam {n}")
        for n in range(12)
    ]
    return House(branch, account, number, feed.id, offers)


def main() -> int:
    """Run one campaign on a PostgreSQL of its own; 0 when the books equal the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    started = time.monotonic()
    with temporary_cluster() as cluster, tempfile.TemporaryDirectory() as home:
        settings = replace(
            from_environ({"KH_HOME": str(Path(home))}),
            database_url=cluster.app_url(),
            database_owner_url=cluster.owner_url(),
            redis_url="redis://127.0.0.1:9/0",
            secret_key=f"campaign-{uuid4().hex}",
        )
        migrate(settings, "upgrade")
        app = create_app(settings)
        with app.app_context():
            city = open_city()
            houses = [settle_in(app, open_commune(city)) for _ in range(4)]
            story = Campaign(app, houses, random.Random(options.seed))
            story.run(options.events)
            wrong = story.wrong()
            close_connections()
    print(dict(story.tally), f"{time.monotonic() - started:.0f} s")
    print("\n".join(wrong) or "The books equal the model.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
