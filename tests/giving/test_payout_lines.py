"""Card money that the provider sent is in the bank book once, whatever statements tell of it."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from app.banking.check import broken_identities
from app.banking.queries import get_line
from app.db.unit_of_work import reading, unit_of_work
from app.giving.dispositions import link_payout
from app.giving.matches import matches_of_line, take_match_back
from app.giving.proposals import Proposal, Why, proposals
from app.kernel.errors import Conflict, NotFound
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, tell, told
from tests.builders.branches import BranchAtHand
from tests.builders.cards import CardHouse, card_house
from tests.builders.consequences import drain_outbox
from tests.doubles.stripe import cards as at_stripe
from tests.giving.test_dispositions import assert_reconciled
from worker.tasks.payments import read_payouts


@pytest.fixture
def cards(application: Flask) -> Iterator[CardHouse]:
    """The application takes cards while the test lasts."""
    with card_house(application) as house:
        yield house
        drain_outbox()


def paid_out(cards: CardHouse, branch: BranchAtHand) -> None:
    """A card paid 500.000 đ, and what the fee left of it, 475.000 đ, is on its way."""
    cards.pay(branch)
    cards.tell()
    at_stripe.pay_out(cards.world)
    read_payouts()


def proposed(branch: BranchAtHand, line: UUID) -> list[Proposal]:
    """What is proposed of a line."""
    with reading(branch.scope) as session:
        return list(proposals(session, get_line(session, line)))


def link(branch: BranchAtHand, line: UUID, payout: UUID) -> None:
    """Say that the line is the payout."""
    with unit_of_work(branch.scope) as session:
        link_payout(session, line, payout)


def test_a_payout_that_the_bank_tells_is_in_the_book_once(
    cards: CardHouse, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    paid_out(cards, a_branch)
    (line,) = tell(a_branch, an_account(a_branch), [told(475_000, "STRIPE PAYOUT")])
    (theirs,) = tell(another_branch, an_account(another_branch), [told(475_000, "STRIPE PAYOUT")])
    before = [balance(a_branch, code) for code in ("112", "3388", "113")]

    (found,) = proposed(a_branch, line)
    link(a_branch, line, found.subject_id)

    assert found.why is Why.PAYOUT
    assert before == [950_000, -475_000, 0]
    assert [balance(a_branch, code) for code in ("112", "3388", "113")] == [475_000, 0, 0]
    assert proposed(another_branch, theirs) == []
    with pytest.raises(Conflict), unit_of_work(another_branch.scope) as session:
        link_payout(session, theirs, found.subject_id)
    with pytest.raises(NotFound), unit_of_work(another_branch.scope) as session:
        link_payout(session, line, found.subject_id)
    with reading(a_branch.scope) as session:
        assert broken_identities(session) == []
    assert_reconciled(a_branch)


def test_it_answers_one_line_and_can_be_taken_back(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    paid_out(cards, a_branch)
    account = an_account(a_branch)
    one, other = tell(
        a_branch, account, [told(475_000, "STRIPE PAYOUT A"), told(475_000, "STRIPE PAYOUT B")]
    )
    (found,) = proposed(a_branch, one)
    link(a_branch, one, found.subject_id)

    assert proposed(a_branch, other) == []
    with pytest.raises(Conflict):
        link(a_branch, other, found.subject_id)
    with unit_of_work(a_branch.scope) as session:
        (match,) = matches_of_line(session, one)
        assert take_match_back(session, one, match.id)
    link(a_branch, other, found.subject_id)

    assert [balance(a_branch, code) for code in ("112", "3388")] == [950_000, -475_000]
    assert_reconciled(a_branch)
