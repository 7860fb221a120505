"""Aggregators asked for their lists: what a webhook lost is found, what it told is not doubled."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from app.banking.commands import AddFeed, LineSide, Provider, Telling, ToldLine
from app.banking.feeds import registry
from app.banking.feeds.protocol import FeedTelling, Pulled, PullFailed
from app.banking.queries import get_account
from app.banking.sealing import seal
from app.banking.service import add_feed
from app.db.unit_of_work import unit_of_work
from app.kernel.clock import today
from app.kernel.ids import uuid7
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, tell
from tests.builders.branches import BranchAtHand
from worker.tasks.banking import pull, pull_all


class Listed:
    """An aggregator whose list is given here: the edge of the product, not a part of it."""

    def __init__(self, lines: list[ToldLine], number: str = "") -> None:
        self.lines = lines
        self.number = number
        self.asked: list[object] = []

    def pull(self, key: str, account_number: str, since: object, until: object) -> Pulled:
        """The list, whatever is asked; without lines the aggregator is away."""
        self.asked.append((key, account_number, since, until))
        if not self.lines:
            raise PullFailed("away")
        told = (
            FeedTelling(self.number or account_number, Telling(str(place), line))
            for place, line in enumerate(self.lines)
        )
        return Pulled(tuple(told), 0)


@pytest.fixture
def fed(application: Flask, a_branch: BranchAtHand) -> UUID:
    """The account of a feed whose list can be asked for."""
    account, key = an_account(a_branch), application.extensions["settings"].secret_key
    command = AddFeed(
        id=uuid7(),
        account_id=account,
        provider=Provider.SEPAY,
        sealed_secret=seal("bi mat", key=key),
        sealed_pull_key=seal("khoa", key=key),
    )
    with unit_of_work(a_branch.scope) as session:
        add_feed(session, command)
    return account


def a_line(words: str, reference: str | None = None, **more: object) -> ToldLine:
    """Money that came today."""
    known: dict[str, object] = {
        "day": today(),
        "side": LineSide.CREDIT,
        "amount": 500_000,
        "description": words,
        "reference": reference,
    }
    return ToldLine(**known | more)  # type: ignore[arg-type]


def listing(monkeypatch: pytest.MonkeyPatch, source: Listed) -> Listed:
    """Have SePay's list given by `source`."""
    monkeypatch.setattr(registry, "PULLED", {Provider.SEPAY: source})
    monkeypatch.setattr("app.banking.taking_in.PULLED", {Provider.SEPAY: source})
    return source


def test_what_a_webhook_lost_is_found_and_what_it_told_is_not_doubled(
    a_branch: BranchAtHand, fed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(a_branch, fed, [a_line("A chuyen tien", "FT1")])
    source = listing(
        monkeypatch, Listed([a_line("A chuyen tien", "FT1"), a_line("B chuyen tien", "FT2")])
    )
    for _ in range(2):
        pull(str(a_branch.id))
    assert balance(a_branch, "112") == 1_000_000
    with unit_of_work(a_branch.scope) as session:
        number = get_account(session, fed).number
    assert source.asked[0] == ("khoa", number, today() - timedelta(days=2), today())


def test_an_aggregator_that_is_away_changes_nothing(
    a_branch: BranchAtHand, fed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing(monkeypatch, Listed([]))
    pull(str(a_branch.id))
    assert balance(a_branch, "112") == 0


def test_a_day_that_has_not_come_is_today(
    a_branch: BranchAtHand, fed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing(monkeypatch, Listed([a_line("C", "FT9", day=today() + timedelta(days=3))]))
    pull(str(a_branch.id))
    assert balance(a_branch, "112") == 500_000


def test_every_branch_with_a_list_is_asked(
    a_branch: BranchAtHand, fed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(pull, "delay", asked.append)
    pull_all()
    assert str(a_branch.id) in asked
