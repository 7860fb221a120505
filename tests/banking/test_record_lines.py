"""Lines: told once or often, by one or by many, each movement is in the book once."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from app.banking.commands import LineSide, ToldLine
from app.banking.lines import record_lines
from app.banking.queries import LineFilter, get_account, lines, open_money
from app.banking.service import verify_bank_account
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.kernel.ids import uuid7
from app.ledger.service import close_period
from tests.builders.bank import an_account, tell, told
from tests.builders.branches import BranchAtHand


def balance(branch: BranchAtHand, account: str) -> int:
    """What the book says of a ledger account: debits less credits."""
    with reading(branch.scope) as session:
        return int(
            session.execute(
                text(
                    "SELECT coalesce(sum(signed_amount), 0) FROM postings WHERE account_code = :a"
                ),
                {"a": account},
            ).scalar_one()
        )


def test_a_line_stands_in_the_book_at_once(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    tell(a_branch, account, [told(500_000), told(11_000, "Thu phi", side=LineSide.DEBIT)])
    assert balance(a_branch, "112") == 489_000
    assert balance(a_branch, "3388") == -489_000
    with reading(a_branch.scope) as session:
        waiting = open_money(session)
    assert (waiting.count, waiting.credited, waiting.debited) == (2, 500_000, 11_000)


def test_the_same_teller_telling_again_adds_nothing(a_branch: BranchAtHand) -> None:
    account, teller = an_account(a_branch), uuid7()
    for _ in range(3):
        tell(a_branch, account, [told(500_000), told(500_000)], teller)
    assert balance(a_branch, "112") == 1_000_000


@pytest.mark.parametrize("first_is_file", [True, False])
def test_webhook_and_statement_tell_of_one_movement(
    a_branch: BranchAtHand, first_is_file: bool
) -> None:
    account = an_account(a_branch)
    of_file = told(200_000, "MBVCB.30459.PHAM KIM UOC ung ho KH7Q2M9.CT tu 0662 PHAM KIM UOC")
    of_webhook = told(200_000, "PHAM KIM UOC ung ho KH7Q2M9", at=datetime.now(UTC))
    pair = [of_file, of_webhook] if first_is_file else [of_webhook, of_file]
    for line in pair:
        tell(a_branch, account, [line])
    assert balance(a_branch, "112") == 200_000


def test_one_reference_is_one_movement_however_else_it_is_told(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    tell(a_branch, account, [told(200_000, "A chuyen", reference="FT2627")])
    tell(
        a_branch,
        account,
        [told(200_000, "hoan toan khac", reference="ft 2627", day=today() - timedelta(days=1))],
    )
    assert balance(a_branch, "112") == 200_000


def test_two_references_are_two_movements_though_all_else_agrees(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    for reference in ("FT1", "FT2"):
        tell(a_branch, account, [told(200_000, reference=reference, balance_after=7)])
    assert balance(a_branch, "112") == 400_000


def test_a_reference_told_twice_in_one_file_is_two(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    pair = [told(200_000, reference="FT1", balance_after=n) for n in (200_000, 400_000)]
    tell(a_branch, account, pair)
    tell(a_branch, account, pair)
    assert balance(a_branch, "112") == 400_000


def test_two_alike_on_one_day_stay_two_and_no_more(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    alike = [told(100_000), told(100_000)]
    tell(a_branch, account, alike[:1])
    tell(a_branch, account, alike)
    tell(a_branch, account, alike)
    assert balance(a_branch, "112") == 200_000


def test_the_same_words_on_two_days_are_two(a_branch: BranchAtHand) -> None:
    account, yesterday = an_account(a_branch), today() - timedelta(days=1)
    tell(a_branch, account, [told(100_000, "LAN ung ho hang ngay", day=yesterday)])
    tell(a_branch, account, [told(100_000, "LAN ung ho hang ngay")])
    assert balance(a_branch, "112") == 200_000


def test_a_late_transfer_that_the_bank_books_on_the_next_day_is_one(
    a_branch: BranchAtHand,
) -> None:
    account, yesterday = an_account(a_branch), today() - timedelta(days=1)
    at = datetime(yesterday.year, yesterday.month, yesterday.day, 16, 58, tzinfo=UTC)  # 23:58
    tell(a_branch, account, [told(100_000, "LAN ung ho dem", day=yesterday, at=at)])
    tell(a_branch, account, [told(100_000, "LAN ung ho dem")])
    assert balance(a_branch, "112") == 100_000


def test_what_the_bank_left_tells_a_movement_whose_words_differ(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    tell(a_branch, account, [told(100_000, "mot hai ba", balance_after=900_000)])
    tell(a_branch, account, [told(100_000, "bon nam sau", balance_after=900_000)])
    tell(a_branch, account, [told(100_000, "bay tam chin", balance_after=1_000_000)])
    assert balance(a_branch, "112") == 200_000


def test_a_line_of_a_closed_period_is_booked_today_and_keeps_its_day(
    a_branch: BranchAtHand,
) -> None:
    account, day = an_account(a_branch), today() - timedelta(days=400)
    with unit_of_work(a_branch.scope) as session:
        close_period(session, day, day)
    tell(a_branch, account, [told(100_000, day=day)])
    with reading(a_branch.scope) as session:
        (line,) = lines(session, LineFilter())
        dated = session.execute(text("SELECT dated_on FROM journal_entries")).scalar_one()
    assert (line.day, dated) == (day, today())


def test_another_branchs_account_is_not_there(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    account = an_account(a_branch)
    with pytest.raises(NotFound), unit_of_work(another_branch.scope) as session:
        record_lines(session, account, [], teller_id=uuid7())
    with reading(another_branch.scope) as session:
        assert lines(session, LineFilter()) == []


def test_only_the_top_of_the_tree_verifies(
    city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    account = an_account(a_branch)
    for branch in (a_branch, another_branch):
        with pytest.raises(NotFound), unit_of_work(branch.scope) as session:
            verify_bank_account(session, a_branch.id, account)
    for is_new in (True, False):
        with unit_of_work(city.scope) as session:
            assert verify_bank_account(session, a_branch.id, account) is is_new
    with reading(a_branch.scope) as session:
        assert get_account(session, account).takes_gifts


def test_whatever_is_told_by_whom_in_any_order_the_book_is_the_bank(
    a_branch: BranchAtHand,
) -> None:
    seed = Random().randrange(10**6)
    print(f"seed {seed}")
    dice, account = Random(seed), an_account(a_branch)
    truth, running = [], 0
    for _ in range(60):
        amount = dice.choice((50_000, 100_000, 200_000))
        running += amount
        words = dice.choice(("LAN chuyen tien", "HOA ung ho quy", "TU gui"))
        day = today() - timedelta(days=dice.randrange(4))
        truth.append(told(amount, words, day=day, balance_after=running))
    truth.sort(key=lambda line: line.day)
    tellers: list[tuple[UUID, list[ToldLine]]] = []
    for _ in range(5):
        first = dice.randrange(4)
        days = {today() - timedelta(days=back) for back in range(first, 4)}
        tellers.append((uuid7(), [line for line in truth if line.day in days]))
    tellers.append((uuid7(), truth))
    tellers += dice.choices(tellers, k=4)
    for teller, file in dice.sample(tellers, k=len(tellers)):
        tell(a_branch, account, file, teller)
    assert balance(a_branch, "112") == running
