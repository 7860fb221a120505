"""POST /donations: one gift for one key, whoever sends it how often."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.db.unit_of_work import reading
from app.donations.queries import DonationFilter, donations
from app.kernel.clock import today
from tests.builders.branches import BranchAtHand
from tests.builders.software import Software, fields_of, gift_body


def count_gifts(branch: BranchAtHand) -> int:
    with reading(branch.scope) as session:
        return len(donations(session, DonationFilter()))


def test_a_gift_is_answered_with_its_receipt(treasurer: Software, a_branch: BranchAtHand) -> None:
    key = str(uuid4())

    answer = treasurer.post("/donations", gift_body(a_branch, amount=55_000), key=key)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/donations/{key}"
    told, receipt = answer.json, answer.json["receipt"]
    assert (told["id"], told["amount"]) == (key, 55_000)
    assert told["amount_in_words"] == "Năm mươi lăm nghìn đồng"
    assert re.fullmatch(r"[0-9T:.-]+\+07:00", told["posted_at"])
    assert (receipt["number"], receipt["series"]) == (1, f"BN/{today().year}/A")
    assert receipt["status"] == "issued"
    assert str(UUID(receipt["id"])) == receipt["id"]
    assert len(receipt["verify_code"]) == 12


def test_everything_that_may_be_said_of_a_gift_is_kept(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    donor = {
        "name": "Công ty  Ánh Dương",
        "kind": "organisation",
        "phone": "0912 345 678",
        "email": "Lan@Example.vn",
        "address": "12 Đội Cấn",
    }
    sent = gift_body(
        a_branch, donor=donor, method="card", source="enterprise", is_anonymous=True, note="Ủng hộ"
    )

    key = treasurer.post("/donations", sent).json["id"]

    kept = treasurer.get(f"/donations/{key}").json
    assert kept["donor"] | {"id": ""} == {
        "id": "",
        "name": "Công ty Ánh Dương",
        "kind": "organisation",
    }
    assert [kept[name] for name in ("method", "source", "is_anonymous", "note")] == [
        "card",
        "enterprise",
        True,
        "Ủng hộ",
    ]


def test_ten_at_once_are_one_gift_and_nine_replays(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    sent, key = gift_body(a_branch), str(uuid4())

    with ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(lambda _: treasurer.post("/donations", sent, key=key), range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.data for answer in answers}) == 1
    replays = [a for a in answers if a.headers.get("Idempotent-Replayed") == "true"]
    assert [a.status_code for a in replays] == [200] * 9
    assert count_gifts(a_branch) == 1


def test_a_replay_after_a_reversal_is_answered_as_the_first_time(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    sent, key = gift_body(a_branch), str(uuid4())
    first = treasurer.post("/donations", sent, key=key)
    treasurer.post(f"/donations/{key}/reversals", {"reason": "Ghi nhầm số tiền"})

    again = treasurer.post("/donations", sent, key=key)

    assert (again.status_code, again.data) == (200, first.data)


@pytest.mark.parametrize(
    "change", [{"amount": 500_001}, {"note": "khác"}, {"donor": {"name": "Hoa", "kind": "person"}}]
)
def test_the_same_key_with_another_body_is_a_conflict(
    treasurer: Software, a_branch: BranchAtHand, change: dict[str, object]
) -> None:
    key = str(uuid4())
    treasurer.post("/donations", gift_body(a_branch), key=key)

    answer = treasurer.post("/donations", gift_body(a_branch, **change), key=key)

    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
    assert count_gifts(a_branch) == 1


def test_a_refused_body_leaves_no_giver(treasurer: Software, a_branch: BranchAtHand) -> None:
    known = {"name": "Bà An", "kind": "person", "phone": "0912345678"}
    other = {"name": "Bà Bê", "kind": "person", "phone": "0987654321"}
    keys = [str(uuid4()), str(uuid4())]
    for key in keys:
        treasurer.post("/donations", gift_body(a_branch, donor=known), key=key)

    answer = treasurer.post("/donations", gift_body(a_branch, donor=other), key=keys[1])

    assert answer.status_code == 409
    with reading(a_branch.scope) as session:
        givers = session.execute(text("SELECT name FROM donors")).scalars().all()
    assert givers == ["Bà An"]


def test_the_same_key_in_two_branches_is_two_gifts(
    treasurer: Software, stranger: Software, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    key = str(uuid4())

    here = treasurer.post("/donations", gift_body(a_branch), key=key)
    there = stranger.post("/donations", gift_body(another_branch), key=key)

    assert (here.status_code, there.status_code) == (201, 201)


@pytest.mark.parametrize("key", ["", "1", "{01900000-0000-7000-8000-000000000001}", "a" * 400])
def test_without_a_proper_key_nothing_is_recorded(
    treasurer: Software, a_branch: BranchAtHand, key: str
) -> None:
    answer = treasurer.ask(
        "POST", "/donations", json=gift_body(a_branch), headers={"Idempotency-Key": key}
    )

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert count_gifts(a_branch) == 0


@pytest.mark.parametrize("field", ["fund_id", "drive_id"])
def test_what_belongs_to_another_branch_is_answered_like_what_is_absent(
    treasurer: Software, a_branch: BranchAtHand, another_branch: BranchAtHand, field: str
) -> None:
    foreign = treasurer.post(
        "/donations", gift_body(a_branch, **{field: str(another_branch.fund_id)})
    )
    absent = treasurer.post("/donations", gift_body(a_branch, **{field: str(uuid4())}))

    assert foreign.status_code == absent.status_code == 422
    assert foreign.data == absent.data
    assert fields_of(foreign) == [field]


def test_every_wrong_field_is_named_at_once(treasurer: Software, a_branch: BranchAtHand) -> None:
    sent = gift_body(a_branch, amount="1tr5", donor={"kind": "person", "phone": "1"}, surprise=1)
    del sent["source"]

    answer = treasurer.post("/donations", sent)

    assert answer.status_code == 422
    assert sorted(fields_of(answer)) == ["amount", "donor.phone", "source", "surprise"]


def test_a_giver_without_a_name_must_be_anonymous(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    nameless = treasurer.post("/donations", gift_body(a_branch, donor={"kind": "person"}))
    anonymous = treasurer.post("/donations", gift_body(a_branch, donor={"kind": "anonymous"}))

    assert fields_of(nameless) == ["donor.name"]
    kept = treasurer.get(f"/donations/{anonymous.json['id']}").json
    assert kept["donor"]["name"] == "Nhà hảo tâm không nêu tên"


def test_a_refusal_is_told_in_the_language_that_was_asked_for(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    sent = gift_body(a_branch, amount=0)

    said = [
        treasurer.ask(
            "POST",
            "/donations",
            json=sent,
            headers={"Idempotency-Key": str(uuid4()), "Accept-Language": language},
        ).json["errors"][0]["message"]
        for language in ("", "en-GB,en;q=0.9", "fr")
    ]

    assert said[1] == "Enter an amount above 0, for example 50.000 or 50k."
    assert said[0] == said[2] == "Nhập số tiền lớn hơn 0, ví dụ 50.000 hoặc 50k."
