"""What the books must be after all that happened to cards: counted from the double's own ledger."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from tests.builders.branches import BranchAtHand
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import World


@dataclass(frozen=True, slots=True)
class Told:
    """A payment as the story made it: whose, of what gift, with what added for the fee."""

    branch: BranchAtHand
    id: UUID
    amount: int
    cover_amount: int
    session_ref: str


def returned(world: World, charge: Thing) -> int:
    """How much of a charge is not with us any more."""
    refunds = world.listed("refund", charge=charge["id"])
    disputes = world.listed("dispute", charge=charge["id"])
    gone = [r["amount"] for r in refunds if r["status"] != "failed"]
    gone += [d["amount"] for d in disputes if d["status"] != "won"]
    return sum(map(int, gone))


def movements(world: World, charge: Thing) -> list[Thing]:
    """Every movement of the balance that a charge caused."""
    refunds = world.listed("refund", charge=charge["id"])
    disputes = world.listed("dispute", charge=charge["id"])
    refs = [charge["balance_transaction"]]
    refs += [r["balance_transaction"] for r in refunds]
    refs += [r["failure_balance_transaction"] for r in refunds if r["status"] == "failed"]
    refs += [moved["id"] for d in disputes for moved in d["balance_transactions"]]
    return [world.get(ref) for ref in refs]


def expected_balances(
    world: World, payments: list[Told], carried: dict[str, str]
) -> dict[UUID, dict[str, int]]:
    """Debit balances of each branch but zeros; `carried`: movement → payout that arrived."""
    found: dict[UUID, Counter[str]] = {}
    for told in payments:
        book = found.setdefault(told.branch.id, Counter())
        intent_ref = world.get(told.session_ref)["payment_intent"]
        if intent_ref is None:
            continue
        charge = world.get(world.get(intent_ref)["latest_charge"])
        left = max(told.amount - returned(world, charge), 0)
        money = Counter[str]()
        for moved in movements(world, charge):
            money["112" if moved["id"] in carried else "113"] += moved["net"]
        book["5111"] -= left
        book["642"] += left - sum(money.values())
        book.update(money)
    return {home: {k: v for k, v in book.items() if v} for home, book in found.items()}


def gifts_left(world: World, payments: list[Told], branch: BranchAtHand) -> int:
    """How many of the branch's gifts are not wholly gone."""
    count = 0
    for told in payments:
        intent_ref = world.get(told.session_ref)["payment_intent"]
        if told.branch == branch and intent_ref is not None:
            charge = world.get(world.get(intent_ref)["latest_charge"])
            count += returned(world, charge) < told.amount
    return count
