"""GET /entries: the journal with its postings."""

from datetime import date

from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give
from tests.builders.software import Software


def test_an_entry_balances_and_names_its_cause(
    treasurer: Software, stranger: Software, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)

    (entry,) = treasurer.get("/entries").json["items"]

    assert (entry["source_kind"], entry["source_id"]) == ("donation", str(gift.id))
    assert [(line["account"], line["side"], line["amount"]) for line in entry["postings"]] == [
        ("111", "debit", 500_000),
        ("5111", "credit", 500_000),
    ]
    assert stranger.get("/entries").json == {"items": [], "next": None}


def test_a_reversal_is_an_entry_that_names_the_one_it_takes_back(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    treasurer.post(f"/donations/{gift.id}/reversals", {"reason": "Ghi nhầm số tiền"})

    entries = treasurer.get("/entries").json["items"]

    (original,) = [entry for entry in entries if entry["reverses_id"] is None]
    (mirror,) = [entry for entry in entries if entry["reverses_id"] == original["id"]]
    assert [line["side"] for line in mirror["postings"]] == ["credit", "debit"]


def test_entries_come_in_pages_between_days(treasurer: Software, a_branch: BranchAtHand) -> None:
    for day in range(1, 6):
        give(a_branch, a_gift(a_branch, received_on=date(2026, 1, day)))
    asked = "/entries?from=2026-01-02&to=2026-01-04&limit=2"

    first = treasurer.get(asked).json
    second = treasurer.get(f"{asked}&cursor={first['next']}").json

    days = [entry["dated_on"] for entry in first["items"] + second["items"]]
    assert (days, second["next"]) == (["2026-01-04", "2026-01-03", "2026-01-02"], None)
