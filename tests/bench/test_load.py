"""The client of the measurements, and what is read from answers and from pgbench."""

from uuid import UUID

import pytest

from bench.load import content_length, request
from bench.pgbench import LoadFailedError, rate_of
from bench.rollups import BITS, places_in

KEY = UUID("0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")


def test_a_request_is_whole_http() -> None:
    sent = request("POST", "/api/v1/donations", token="kh_1", key=KEY, body={"amount": 5})

    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/donations HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert b"\r\nAuthorization: Bearer kh_1\r\n" in head
    assert b"\r\nIdempotency-Key: 0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b\r\n" in head
    assert body == b'{"amount": 5}'
    assert content_length(head) == 13


def test_an_answer_in_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match="chunked"):
        content_length(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")


def test_the_rate_that_pgbench_printed_is_read() -> None:
    assert rate_of("number of failed transactions: 0 (0.000%)\ntps = 2050.5 (without)") == 2050.5


@pytest.mark.parametrize("output", ["", "number of failed transactions: 3 (0.1%)\ntps = 2050.5 ("])
def test_a_load_that_failed_has_no_rate(output: str) -> None:
    with pytest.raises(LoadFailedError):
        rate_of(output)


def test_sums_tell_which_gifts_are_in_them() -> None:
    assert places_in({"household": 0b101, "individual": 1 << 38}) == {0, 2, BITS + 38}
    assert places_in({}) == set()
