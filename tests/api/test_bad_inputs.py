"""The bad-input catalogue (reliability.md §4.6) against the API: told at the field, none stored."""

import json
import zlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from app.db.unit_of_work import reading
from app.donations.queries import DonationFilter, donations
from tests.builders.branches import BranchAtHand
from tests.builders.software import PROBLEM, Software, fields_of, gift_body
from tests.kernel.nasty import each_nasty, nasty_rows, on_paper

WHY = {"reason": "Ghi nhầm số tiền"}
DONOR = {"name": "Bà Lan", "kind": "person"}
# Which field of a gift each part of the catalogue is meant for.
MEANT_FOR: list[tuple[str, str | None, str]] = [
    ("M", None, "amount"),
    ("D", None, "received_on"),
    ("N", None, "donor.name"),
    ("X", None, "donor.name"),
    ("T", None, "donor.name"),
    ("C", None, "donor.name"),
    ("S", None, "donor.name"),
    ("J", "name", "donor.name"),
    ("N", "phone", "donor.phone"),
    ("N", "email", "donor.email"),
    ("N", "address", "donor.address"),
    ("N", "note", "note"),
    ("C", "note", "note"),
]
SHAPES: list[object] = [True, 1, 1.5, [], {}, ["x"], {"$gt": ""}, "", " ", "null", "\x00", "\ud800"]
FLAGS: list[object] = ["true", 1, 0, "", [], None]
REQUIRED = ["fund_id", "donor", "amount", "method", "received_on", "source", "donor.kind"]
NOT_TEXT = ["donor", "donor.kind", "fund_id", "drive_id", "method", "source", "received_on"]


def with_field(branch: BranchAtHand, place: str, value: object) -> dict[str, Any]:
    """A gift that is right but for the value at this place."""
    outer, _, inner = place.partition(".")
    return gift_body(branch, **{outer: {**DONOR, inner: value} if inner else value})


def refused_values() -> Iterator[tuple[str, str, object]]:
    """Every value that must be refused: its name, the place it is sent to, itself."""
    for group, field, place in MEANT_FOR:
        for row in nasty_rows(group, field):
            is_text = place.startswith(("donor.name", "donor.address", "note"))
            is_refused = (on_paper(row) if is_text else row)["expect"] == "refuse"
            is_unsure = row["expect"] == "confirm" and place == "amount"
            is_typed_day = place == "received_on" and not row["value"].startswith("20")
            if is_refused or is_unsure or is_typed_day:
                yield row["id"], place, row["value"]
    for place in NOT_TEXT:
        yield from ((f"shape-{number}", place, shape) for number, shape in enumerate(SHAPES))
    for place in REQUIRED:
        yield "null", place, None
    for place in ("fund_id", "drive_id"):
        yield from ((row["id"], place, row["value"]) for row in nasty_rows("I"))
    yield from (("flag", "is_anonymous", value) for value in FLAGS)


def kept(branch: BranchAtHand) -> int:
    with reading(branch.scope) as session:
        return len(donations(session, DonationFilter(at_most=1000)))


def test_three_hundred_bad_values_are_told_at_their_field(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    asked, wrong = 0, []
    for name, place, value in refused_values():
        answer = treasurer.post("/donations", with_field(a_branch, place, value))
        asked += 1
        named = fields_of(answer) if answer.mimetype == PROBLEM else []
        is_told = answer.status_code == 422 and named and named[0].startswith(place)
        is_too_large = answer.status_code == 413 and len(str(value)) > 1_000_000
        if not (is_told or is_too_large):
            wrong.append((name, place, ascii(value)[:60], answer.status_code, named))

    assert wrong == []
    assert asked >= 300
    assert kept(a_branch) == 0


def test_what_is_only_unusual_is_kept_as_text(treasurer: Software, a_branch: BranchAtHand) -> None:
    rows = [row for row in map(on_paper, nasty_rows("NXTCS")) if row["expect"] != "refuse"]

    answers = [
        treasurer.post("/donations", with_field(a_branch, "donor.name", row["value"]))
        for row in rows
    ]

    assert [(r["id"], a.status_code) for r, a in zip(rows, answers, strict=True)] == [
        (row["id"], 201) for row in rows
    ]


@each_nasty("M", "money_json")
def test_money_is_read_by_one_rule_from_numbers_and_text(
    treasurer: Software, a_branch: BranchAtHand, row: dict[str, Any]
) -> None:
    sent = json.dumps(gift_body(a_branch, amount="HERE")).replace('"HERE"', row["value"])

    answer = treasurer.send("/donations", sent.encode())

    assert answer.status_code == (201 if row["expect"] == "accept" else 422)
    if row["expect"] == "accept":
        assert answer.json["amount"] == 500_000


@each_nasty("J")
def test_a_body_that_is_no_gift_is_refused(
    treasurer: Software, a_branch: BranchAtHand, row: dict[str, Any]
) -> None:
    answer = treasurer.send("/donations", row["value"].encode("utf-8", "surrogatepass"))

    assert answer.status_code in {400, 422}
    assert answer.mimetype == PROBLEM
    assert (answer.status_code == 422) == bool(answer.json["errors"])
    assert kept(a_branch) == 0


def test_a_body_that_is_no_reason_takes_no_gift_back(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    gift = treasurer.post("/donations", gift_body(a_branch)).json["id"]
    rows = [row for row in nasty_rows("J") if row["value"]]

    answers = [
        treasurer.send(f"/donations/{gift}/reversals", r["value"].encode("utf-8", "surrogatepass"))
        for r in rows
    ]

    assert {answer.status_code for answer in answers} == {400, 422}
    assert {answer.mimetype for answer in answers} == {PROBLEM}
    assert treasurer.get(f"/donations/{gift}").json["receipt"]["status"] == "issued"


GIFT = b'{"amount": 500000}'


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfeA\x00n\x00",
        b'{"note": "\xc0\xaf"}',
        b'{"note": "\xff"}',
        b"\xef\xbb\xbf" + GIFT,
        GIFT.decode().encode("utf-16"),
        GIFT + b" ",
        GIFT + b"{}",
        b'{"a":1,"a":2}',
        b'{"donor":{"name":"An","name":"Hoa"}}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"amount":' + b"9" * 5_000 + b"}",
        b'{"amount":1e999999999999999999999}',
        b"\x00",
        b"",
    ],
)
def test_bytes_that_are_no_json_object_are_refused(
    treasurer: Software, a_branch: BranchAtHand, body: bytes
) -> None:
    answer = treasurer.send("/donations", body)

    assert answer.status_code == (422 if body == GIFT + b" " else 400)
    assert answer.json["code"] == "invalid"
    assert kept(a_branch) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json; charset=utf-7"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": ""},
    ],
)
def test_only_plain_json_in_utf_8_is_read(
    treasurer: Software, a_branch: BranchAtHand, headers: dict[str, str]
) -> None:
    body = json.dumps(gift_body(a_branch)).encode()
    packed = zlib.compress(body) if "Content-Encoding" in headers else body

    answer = treasurer.ask(
        "POST", "/donations", data=packed, headers=headers | {"Idempotency-Key": str(uuid4())}
    )

    assert answer.status_code == 400
    assert kept(a_branch) == 0


def test_ten_thousand_unknown_fields_are_told_briefly(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    extra = {f"field-{number}": 1 for number in range(10_000)} | {"x" * 100_000: 1}

    answer = treasurer.post("/donations", gift_body(a_branch) | extra)

    assert answer.status_code == 422
    assert len(answer.json["errors"]) == 50
    assert len(answer.data) < 20_000
    assert kept(a_branch) == 0


def test_an_unknown_field_whose_name_is_no_text_is_told_escaped(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    body = gift_body(a_branch)
    gift = treasurer.post("/donations", body).json["id"]
    path, why = f"/donations/{gift}/reversals", {"reason": "Ghi nhầm số tiền", "\ud800": 1}

    answers = [
        treasurer.post("/donations", body | {"\ud800": 1}),
        treasurer.post("/donations", body | {"donor": {**body["donor"], "\ud800": 1}}),
        treasurer.post(path, why),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    fields = [answer.json["errors"][0]["field"] for answer in answers]
    assert fields == ["\\ud800", "donor.\\ud800", "\\ud800"]
    assert kept(a_branch) == 1


@pytest.mark.parametrize("name", ["张伟 公司", "شركة", "บริษัท", "Lan 😀"])
def test_letters_that_no_receipt_shows_are_refused_at_their_field(
    treasurer: Software, a_branch: BranchAtHand, name: str
) -> None:
    donor = {**DONOR, "name": name, "address": name}
    gift = treasurer.post("/donations", gift_body(a_branch)).json["id"]

    told = treasurer.post("/donations", gift_body(a_branch, donor=donor, note=name))
    kept_back = treasurer.post(f"/donations/{gift}/reversals", {"reason": f"Ghi nhầm tên {name}"})

    assert (told.status_code, kept_back.status_code) == (422, 422)
    assert fields_of(told) == ["donor.name", "donor.address", "note"]
    assert "Biên nhận chưa in được chữ" in told.json["errors"][0]["message"]
    assert kept(a_branch) == 1


@each_nasty("I")
def test_a_path_with_another_id_is_not_found(treasurer: Software, row: dict[str, Any]) -> None:
    for path in ("/donations/%s", "/receipts/%s", "/receipts/%s/pdf"):
        answer = treasurer.get(path % row["value"].replace("%", "%25").replace("?", "%3F"))
        assert answer.status_code == 404 or row["value"] in {"", ".."}
        assert answer.mimetype == PROBLEM or row["value"] in {"", ".."}


def test_under_a_bad_key_no_gift_is_taken_back(treasurer: Software, a_branch: BranchAtHand) -> None:
    gift = treasurer.post("/donations", gift_body(a_branch)).json["id"]
    keys = {row["id"]: row["value"].encode().decode("latin-1") for row in nasty_rows("I")}
    # These are written as an id is, and may be one.
    del keys["I14"], keys["I16"], keys["I46"]

    answers = {
        name: treasurer.ask(
            "POST", f"/donations/{gift}/reversals", json=WHY, headers={"Idempotency-Key": key}
        )
        for name, key in keys.items()
    }

    assert {name: a.status_code for name, a in answers.items()} == dict.fromkeys(keys, 400)
    assert {answer.json["code"] for answer in answers.values()} == {"invalid"}
    assert treasurer.get(f"/donations/{gift}").json["reversal"] is None


def test_nothing_that_was_sent_is_echoed_but_the_names_of_unknown_fields(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    secret = "0912-bi-mat-cua-toi"

    answers = [
        treasurer.post("/donations", with_field(a_branch, place, secret))
        for place in ("amount", "received_on", "donor.phone", "donor.email", "fund_id", "method")
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert not any(secret in answer.text for answer in answers)
