"""POST /donations/{id}/reversals: the receipt is void and keeps its number."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.builders.software import Software, fields_of

WHY = {"reason": "Ghi nhầm số tiền"}


def test_a_reversal_voids_the_receipt_and_keeps_its_number(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)

    answer = treasurer.post(f"/donations/{gift.id}/reversals", WHY)

    assert answer.status_code == 201
    assert answer.json["reason"] == "Ghi nhầm số tiền"
    assert (answer.json["receipt"]["number"], answer.json["receipt"]["status"]) == (1, "void")
    kept = treasurer.get(f"/donations/{gift.id}").json
    assert kept["reversal"]["reason"] == "Ghi nhầm số tiền"
    assert treasurer.get("/funds").json["items"][0]["balance"] == 0


def test_ten_at_once_are_one_reversal_and_nine_replays(
    treasurer: Software, a_branch: BranchAtHand
) -> None:
    path, key = f"/donations/{give(a_branch).id}/reversals", str(uuid4())

    with ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(lambda _: treasurer.post(path, WHY, key=key), range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.data for answer in answers}) == 1
    assert sum(answer.headers.get("Idempotent-Replayed") == "true" for answer in answers) == 9


def test_a_gift_is_reversed_once(treasurer: Software, a_branch: BranchAtHand) -> None:
    path, key = f"/donations/{give(a_branch).id}/reversals", str(uuid4())
    treasurer.post(path, WHY, key=key)

    second = treasurer.post(path, WHY)
    other_reason = treasurer.post(path, {"reason": "Một lý do hoàn toàn khác"}, key=key)

    assert [answer.status_code for answer in (second, other_reason)] == [409, 409]
    assert second.json["code"] == other_reason.json["code"] == "conflict"


@pytest.mark.parametrize(
    "reason", [".", "nhầm", "..........", None, 5, "a" * 501, "Nhầm\x00 số tiền"]
)
def test_without_a_reason_nothing_is_reversed(
    treasurer: Software, a_branch: BranchAtHand, reason: object
) -> None:
    gift = give(a_branch)

    answer = treasurer.post(f"/donations/{gift.id}/reversals", {"reason": reason})

    assert (answer.status_code, fields_of(answer)) == (422, ["reason"])
    assert treasurer.get(f"/donations/{gift.id}").json["reversal"] is None
