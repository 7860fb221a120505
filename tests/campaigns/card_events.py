"""Thousands of provider events, delivered as badly as they come (reliability.md P10).

Each event is delivered one to five times, out of order, 3 % never, with 2 % forged ones among them,
while the story goes on at the provider. In the end the books equal the model to the đồng.

    python -m tests.campaigns.card_events --events 10000 --seed 7
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import text

from app.db.base import close_connections
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from app.factory import create_app
from app.kernel.errors import DomainError
from app.payments import check as payments_check
from app.payments.states import PaymentState
from config.local.cluster import Cluster, temporary_cluster
from config.settings import from_environ
from tests.builders.branches import BranchAtHand, open_city, open_commune
from tests.builders.cards import (
    SECRET,
    CardHouse,
    age,
    ask_back,
    balances,
    card_house,
    gift_count,
    payment_of,
)
from tests.builders.consequences import drain_outbox
from tests.campaigns.card_model import Told, expected_balances, gifts_left
from tests.doubles.stripe import cards as at_stripe
from tests.doubles.stripe.delivery import Delivery, Knobs, planned
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import Refused
from tests.migrated import migrate
from worker.tasks.payments import read_events, read_payouts, sweep

KNOBS: Final = Knobs(dropped=0.03, forged=0.02, at_most=5, is_shuffled=True)
A_ROUND: Final = 20
SMALLEST: Final = 20


@dataclass
class Campaign:
    """One story."""

    house: CardHouse
    cluster: Cluster
    branches: list[BranchAtHand]
    dice: random.Random
    payments: list[Told] = field(default_factory=list)
    waiting: list[Delivery] = field(default_factory=list)
    planned_events: int = 0
    tally: Counter[str] = field(default_factory=Counter)

    def run(self, events: int) -> None:
        """Let happen what makes so many events, tell most of it badly, then look for the rest."""
        while len(self.house.world.events) < events:
            for _ in range(A_ROUND):
                self._something_happens()
            self._plan(is_down=self.dice.random() < 0.1 or not self.tally["lost in outages"])
            self._deliver(self.dice.randint(0, len(self.waiting)))
            drain_outbox()
            if self.dice.random() < 0.3:
                at_stripe.pay_out(self.house.world)
                read_payouts()
        self._plan()
        self._deliver(len(self.waiting))
        drain_outbox()
        self.tally["unheard before the sweep"] = len(self.wrong())
        self.settle()

    def settle(self) -> None:
        """The sweep, and what it was for: everything that was dropped is found."""
        for branch in self.branches:
            age(self.cluster, branch)
        read_events()
        sweep()
        drain_outbox()
        at_stripe.pay_out(self.house.world)
        read_payouts()

    def wrong(self) -> list[str]:
        """Where the books differ from the model, one sentence each."""
        world = self.house.world
        model = expected_balances(world, self.payments, self._carried())
        found = []
        for branch in self.branches:
            book, expected = balances(branch), model.get(branch.id, {})
            if book != expected:
                found.append(f"{branch.slug}: book {book}, model {expected}")
            gifts = gifts_left(world, self.payments, branch)
            if gift_count(branch) != gifts:
                found.append(f"{branch.slug}: {gift_count(branch)} gifts, model {gifts}")
            with reading(branch.scope) as session:
                found += payments_check.broken_identities(session)
        return found

    def left_behind(self) -> list[str]:
        """Movements that a payout took and the books have not."""
        world, carried = self.house.world, self._carried()
        return [
            ref
            for ref in world.paid_out
            if ref not in carried and world.get(ref)["type"] != "payout"
        ]

    def forged_kept(self) -> int:
        """How many forged events are in the inbox."""
        query = "SELECT count(*) FROM payment_events WHERE event_id LIKE 'evt_forged%'"
        with reading(DirectoryScope()) as session:
            return int(session.execute(text(query)).scalar_one())

    def _carried(self) -> dict[str, str]:
        """Movements that a payout took which is booked."""
        booked: dict[str, str] = {}
        query = (
            "SELECT l.provider_ref, o.provider_ref FROM clearing_lines l JOIN payouts o"
            " ON (o.branch_id, o.id) = (l.branch_id, l.payout_id)"
            " WHERE l.branch_id = current_branch()"
        )
        for branch in self.branches:
            with reading(branch.scope) as session:
                booked |= {row[0]: row[1] for row in session.execute(text(query))}
        return booked

    def _something_happens(self) -> None:
        happens: Callable[[], None] = self.dice.choices(
            [
                *(self._pay, self._leave, self._refund_there, self._refund_here),
                *(self._dispute, self._decide, self._fail_refund),
            ],
            weights=[8, 2, 3, 2, 2, 2, 1],
        )[0]
        try:
            happens()
        except (Refused, DomainError):
            self.tally["refused"] += 1

    def _pay(self) -> None:
        told = self._start()
        if self.dice.random() < 0.3:
            at_stripe.decline(self.house.world, told.session_ref)
        at_stripe.pay(self.house.world, told.session_ref)

    def _leave(self) -> None:
        told = self._start()
        at_stripe.decline(self.house.world, told.session_ref)
        if self.dice.random() < 0.5:
            at_stripe.expire(self.house.world, told.session_ref)

    def _start(self) -> Told:
        branch = self.dice.choice(self.branches)
        minor = self.dice.randint(SMALLEST, 5_000) * 1_000
        payment_id = self.house.prepare(branch, minor, covers_fee=self.dice.random() < 0.5)
        session_ref = self.house.start(branch, payment_id)
        payment = payment_of(branch, payment_id)
        told = Told(branch, payment_id, payment.amount, payment.cover_amount, session_ref)
        self.payments.append(told)
        return told

    def _paid(self) -> tuple[Told, Thing]:
        if not self.payments:
            raise Refused("nothing yet")
        told = self.dice.choice(self.payments)
        intent_ref = self.house.world.get(told.session_ref)["payment_intent"]
        if intent_ref is None:
            raise Refused("not paid")
        return told, at_stripe.charge_of(self.house.world, intent_ref)

    def _part(self, charge: Thing) -> int:
        left = int(charge["amount"]) - int(charge["amount_refunded"])
        if left <= 0:
            raise Refused("nothing left")
        return left if self.dice.random() < 0.4 else self.dice.randint(1, left)

    def _refund_there(self) -> None:
        _, charge = self._paid()
        asked = {"payment_intent": charge["payment_intent"], "amount": self._part(charge)}
        at_stripe.refund(self.house.world, asked)

    def _refund_here(self) -> None:
        told, charge = self._paid()
        if payment_of(told.branch, told.id).state is PaymentState.SUCCEEDED:
            ask_back(told.branch, told.id, self._part(charge))
            self.tally["refunds asked here"] += 1

    def _dispute(self) -> None:
        _, charge = self._paid()
        left = charge["amount"] - charge["amount_refunded"]
        if charge["disputed"] or left <= 0:
            raise Refused("disputed before")
        at_stripe.dispute(self.house.world, charge["payment_intent"], left)

    def _decide(self) -> None:
        waiting = self.house.world.listed("dispute", status="needs_response")
        if waiting:
            is_won = self.dice.random() < 0.5
            at_stripe.close_dispute(
                self.house.world, self.dice.choice(waiting)["id"], is_won=is_won
            )

    def _fail_refund(self) -> None:
        made = self.house.world.listed("refund", status="succeeded")
        if made:
            at_stripe.fail_refund(self.house.world, self.dice.choice(made)["id"])

    def _plan(self, *, is_down: bool = False) -> None:
        """Now and then nobody is at home for days: then all of it is lost."""
        fresh = self.house.world.events[self.planned_events :]
        self.planned_events = len(self.house.world.events)
        if is_down:
            self.tally["lost in outages"] += len(fresh)
            return
        self.waiting += planned(fresh, SECRET, KNOBS, self.dice)
        self.dice.shuffle(self.waiting)

    def _deliver(self, count: int) -> None:
        for _ in range(count):
            delivery = self.waiting.pop()
            status = self.house.deliver(delivery)
            kind = "forged" if delivery.is_forged else "true"
            self.tally[f"{kind} answered {status}"] += 1


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
            secret_key="campaign-" * 4,
        )
        migrate(settings, "upgrade")
        app = create_app(settings)
        with app.app_context(), card_house(app) as house:
            city = open_city()
            branches = [open_commune(city) for _ in range(4)]
            story = Campaign(house, cluster, branches, random.Random(options.seed))
            story.run(options.events)
            wrong, kept = story.wrong() + story.left_behind(), story.forged_kept()
            close_connections()
    print(f"{len(house.world.events)} events of {len(story.payments)} payments")
    print(dict(story.tally), f"forged kept {kept}", f"{time.monotonic() - started:.0f} s")
    print("\n".join(wrong) or "The books equal the model.")
    return 1 if wrong or kept else 0


if __name__ == "__main__":
    sys.exit(main())
