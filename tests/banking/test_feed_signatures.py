"""What an aggregator signed is taken, and nothing else that claims to come from one (P10, W)."""

import gzip
import json
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from app.banking.feeds.casso import Casso
from app.banking.feeds.payos import PayOS
from app.banking.feeds.protocol import Feed, Forged
from app.banking.feeds.sepay import SePay
from tests.builders.feed_samples import (
    CASSO_BODY,
    CASSO_HEADER,
    CASSO_KEY,
    NODE_CASSO,
    NODE_CASSO_HEADER,
    NODE_KEY,
    NODE_PAYOS,
    PAYOS_BODY,
    PAYOS_KEY,
)
from tests.builders.feeds import (
    MILLISECONDS,
    NOW,
    SECONDS,
    SECRET,
    casso_body,
    casso_headers,
    casso_signature,
    keyed,
    payos_body,
    sepay_body,
    sepay_headers,
)

Sign = Callable[[bytes], dict[str, str]]
OTHER = "the-secret-of-before"
SIGNED: list[tuple[Feed, bytes, Sign]] = [
    (SePay(), sepay_body(), sepay_headers),
    (Casso(), casso_body(), casso_headers),
]


def takes(
    feed: Feed, headers: Mapping[str, str], body: bytes, *secrets: str, now: datetime = NOW
) -> bool:
    """Whether a feed takes it; any other exception than a refusal is a failure."""
    try:
        feed.check_signature(headers, body, secrets or (SECRET,), now)
    except Forged:
        return False
    return True


def test_the_samples_of_the_providers_are_taken_and_others_are_not() -> None:
    then = datetime.fromtimestamp(1727948258, UTC)

    assert takes(Casso(), {"X-Casso-Signature": CASSO_HEADER}, CASSO_BODY, CASSO_KEY, now=then)
    assert takes(PayOS(), {}, PAYOS_BODY, PAYOS_KEY)
    for body in (CASSO_BODY.replace(b"599000", b"599001"), CASSO_BODY.replace(b"VPB", b"VPC")):
        assert not takes(Casso(), {"X-Casso-Signature": CASSO_HEADER}, body, CASSO_KEY, now=then)
    assert not takes(PayOS(), {}, PAYOS_BODY.replace(b"3000", b"3001"), PAYOS_KEY)


def test_what_node_signs_is_taken_letter_for_letter() -> None:
    then = datetime.fromtimestamp(1795000000, UTC)

    assert takes(Casso(), {"X-Casso-Signature": NODE_CASSO_HEADER}, NODE_CASSO, NODE_KEY, now=then)
    assert takes(PayOS(), {}, NODE_PAYOS, NODE_KEY)


def test_cassos_samples_in_python_and_php_write_letters_otherwise_and_are_taken_too() -> None:
    body = casso_body(description="Quỹ khuyến học", reference="FT26328/77")
    assert takes(Casso(), casso_headers(body), body)

    sorted_json = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    php = keyed("sha512", f"{MILLISECONDS}.{sorted_json}".replace("/", "\\/").encode())
    assert takes(Casso(), {"X-Casso-Signature": f"t={MILLISECONDS},v1={php}"}, body)


@pytest.mark.parametrize(("feed", "body", "sign"), SIGNED)
def test_both_secrets_of_a_rotation_are_taken_and_an_empty_one_never(
    feed: Feed, body: bytes, sign: Sign
) -> None:
    assert takes(feed, sign(body), body, OTHER, SECRET)
    assert takes(feed, sign(body), body, SECRET, OTHER)
    assert not takes(feed, sign(body), body, OTHER)
    for headers in (sepay_headers(body, ""), casso_headers(body, "")):
        assert not takes(feed, headers, body, "")
        assert not takes(feed, headers, body, "", SECRET)
    assert not takes(PayOS(), {}, payos_body(), OTHER)
    assert takes(PayOS(), {}, payos_body(), OTHER, SECRET)


@pytest.mark.parametrize("feed", [SePay(), Casso(), PayOS()])
def test_no_signature_is_refused_w01(feed: Feed) -> None:
    for body in (sepay_body(), casso_body(), b"", b"{}", b"[]", b"null"):
        assert not takes(feed, {}, body)
        assert not takes(feed, {"Authorization": "", "secure-token": "", "Content-Type": "x"}, body)


@pytest.mark.parametrize("skew", [timedelta(seconds=300), timedelta(seconds=-300), timedelta(0)])
def test_five_minutes_are_taken_on_both_sides(skew: timedelta) -> None:
    signed_at = datetime.fromtimestamp(int(SECONDS), UTC)
    body = sepay_body()
    assert takes(SePay(), sepay_headers(body), body, now=signed_at + skew)
    body = casso_body()
    headers = casso_headers(body, at=f"{SECONDS}000")
    assert takes(Casso(), headers, body, now=signed_at + skew)


@pytest.mark.parametrize(
    "skew", [timedelta(seconds=301), timedelta(seconds=-301), timedelta(days=-365), timedelta(365)]
)
def test_another_time_is_refused_w03_w04_w27(skew: timedelta) -> None:
    signed_at = datetime.fromtimestamp(int(SECONDS), UTC)
    body = sepay_body()
    assert not takes(SePay(), sepay_headers(body), body, now=signed_at + skew)
    body = casso_body()
    headers = casso_headers(body, at=f"{SECONDS}000")
    assert not takes(Casso(), headers, body, now=signed_at + skew)


@pytest.mark.parametrize(
    "at", ["", "0", "-1", " 1795000000", "1795000000.0", "1e9", "١٧٩٥٠٠٠٠٠٠", "9" * 40, "nan"]
)
def test_sepays_time_is_ten_digits_whatever_was_signed(at: str) -> None:
    body = sepay_body()
    assert not takes(SePay(), sepay_headers(body, at=at), body)


def test_sepays_time_must_be_there_and_be_the_one_signed() -> None:
    body = sepay_body()
    headers = sepay_headers(body)
    later = str(int(SECONDS) + 1)

    assert not takes(SePay(), {"X-SePay-Signature": headers["X-SePay-Signature"]}, body)
    assert not takes(SePay(), headers | {"X-SePay-Timestamp": later}, body)


def test_cassos_header_is_one_time_and_signatures_w05_w06_w07() -> None:
    body = casso_body()
    right, wrong = casso_signature(body), "0" * 128
    t = f"t={MILLISECONDS}"

    def taken(told: str) -> bool:
        return takes(Casso(), {"x-casso-signature": told}, body)

    assert taken(f"{t},v1={right}")
    assert taken(f"{t},v1={wrong},v1={right}")
    assert taken(f"{t},v0={wrong},v1={right}")
    assert taken(f"v1={right}, {t}")
    for told in (
        f"v1={right}",
        f"{t},{t},v1={right}",
        f"{t},t=1,v1={right}",
        f"{t},v0={right}",
        f"{t},v2={right}",
        t,
        f"{t},v1=",
        f"{t},v1={right.upper()}",
        f"{t},v1={right[:-1]}",
        f"{t},v1={right},",
        f"{t},v1={right},x",
        f"{t},v1={right[:64]}",
        f"t={SECONDS},v1={right}",
        ",".join([t, *[f"v1={wrong}"] * 4, f"v1={right}"]),
        f"sha256={right}",
        right,
        f"{t},v1={right}" + " " * 3000 + ",",
    ):
        assert not taken(told), told


def test_sepays_header_is_one_small_digest() -> None:
    body = sepay_body()
    headers = sepay_headers(body)
    right = headers["X-SePay-Signature"]
    for told in (
        right.removeprefix("sha256="),
        right.upper(),
        right.replace("sha256", "sha1"),
        f"{right},{right}",
        f"sha256={'0' * 64},{right}",
        right[:-1],
        f"{right}0",
        "sha256=",
        f"v0={right}",
        f"{right}\u0660",
    ):
        assert not takes(SePay(), headers | {"X-SePay-Signature": told}, body), told


def test_two_headers_of_one_name_are_refused_and_case_does_not_matter() -> None:
    body = sepay_body()
    headers = sepay_headers(body)

    assert takes(SePay(), {name.upper(): told for name, told in headers.items()}, body)
    for name, told in headers.items():
        assert not takes(SePay(), headers | {name.lower(): told}, body)


@pytest.mark.parametrize(("feed", "body", "sign"), SIGNED)
def test_a_body_changed_by_one_byte_is_refused_w08(feed: Feed, body: bytes, sign: Sign) -> None:
    seed = random.randrange(10**9)
    print("seed", seed)
    drawn = random.Random(seed)
    headers = sign(body)
    for _ in range(300):
        place = drawn.randrange(len(body))
        changed = bytearray(body)
        changed[place] ^= 1 << drawn.randrange(8)
        if _says_the_same(feed, bytes(changed), body):
            continue
        assert not takes(feed, headers, bytes(changed)), (place, bytes(changed))


def _says_the_same(feed: Feed, one: bytes, other: bytes) -> bool:
    """Casso signs what JSON says, not how it stands: a blank more or another one is no change."""
    if not isinstance(feed, Casso):
        return one == other
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def test_a_body_written_anew_is_sepays_no_more_and_still_cassos_w09() -> None:
    body = sepay_body()
    anew = json.dumps(json.loads(body), sort_keys=True).encode()
    assert anew != body
    assert not takes(SePay(), sepay_headers(body), anew)

    body = casso_body()
    anew = json.dumps(json.loads(body), sort_keys=True, indent=2).encode()
    assert takes(Casso(), casso_headers(body), anew)


@pytest.mark.parametrize("feed", [Casso(), PayOS()])
def test_what_signs_its_meaning_refuses_a_body_with_two_meanings(feed: Feed) -> None:
    """Else one is proved and another one read."""
    body = casso_body() if isinstance(feed, Casso) else payos_body()
    headers = casso_headers(body)
    assert takes(feed, headers, body)
    last = body.replace(b'"amount": ', b'"amount": 999000000, "amount": ')
    assert last != body
    for twisted in (
        last,
        b"\xef\xbb\xbf" + body,
        body.decode().encode("utf-16"),
        body.decode().encode("utf-32-le"),
        gzip.compress(body),
        body + b"\0",
        body + b"{}",
        b"[" * 100_000,
        b'{"data":' * 40_000,
        b'{"error":0,"data":{"id":' + b"9" * 5000 + b"}}",
        b'{"error":0,"data":{"amount":NaN}}',
        b'{"error":0,"data":{"amount":1e400}}',
        b"",
        b"\xff\xfe",
        b" " * 1_000_000,
        body[:-1] + b" " * 300_000 + b"}",
    ):
        assert not takes(feed, headers, twisted), twisted[:80]


def test_sepay_proves_bytes_and_whatever_they_are_nothing_else_happens() -> None:
    for body in (b"", b"\xff\xfe\x00", b"x" * 1_000_000, gzip.compress(sepay_body())):
        assert takes(SePay(), sepay_headers(body), body)
        assert not takes(SePay(), sepay_headers(body), body + b" ")


def test_a_key_shown_whole_is_taken_where_a_feed_was_set_up_so() -> None:
    body = sepay_body()
    assert takes(SePay(), {"Authorization": f"Apikey {SECRET}"}, body, OTHER, SECRET)
    for told in (
        f"apikey {SECRET}",
        f"Bearer {SECRET}",
        SECRET,
        f"Apikey {SECRET}x",
        f"Apikey {SECRET[:-1]}",
        f"Apikey  {SECRET}",
        "Apikey ",
        "Apikey",
        f"Apikey {SECRET}, Apikey x",
        f"Apikey {SECRET}\u00e9",
    ):
        assert not takes(SePay(), {"Authorization": told}, body), told
    assert not takes(SePay(), {"Authorization": "Apikey "}, body, "")

    assert takes(Casso(), {"Secure-Token": SECRET}, casso_body(), SECRET)
    for told in (SECRET[:-1], f"{SECRET},{SECRET}", "x", "\udcff", "é"):
        assert not takes(Casso(), {"Secure-Token": told}, casso_body(), SECRET)


def test_a_wrong_signature_is_wrong_whatever_else_is_right() -> None:
    headers = {"X-SePay-Signature": "sha256=" + "0" * 64, "X-SePay-Timestamp": SECONDS}
    shown = {"Authorization": f"Apikey {SECRET}", "secure-token": SECRET}

    assert not takes(SePay(), headers | shown, sepay_body())
    assert not takes(Casso(), {"X-Casso-Signature": ""} | shown, casso_body())


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, "A" * 64, None, 7, ["0" * 64], {"a": 1}, "412e915d", True]
)
def test_payos_signature_is_a_digest_in_the_body(signature: object) -> None:
    body = json.loads(payos_body())
    assert takes(PayOS(), {}, json.dumps(body).encode())
    body["signature"] = signature
    assert not takes(PayOS(), {}, json.dumps(body).encode())
    del body["signature"]
    assert not takes(PayOS(), {"signature": "0" * 64}, json.dumps(body).encode())


@pytest.mark.parametrize("data", [None, [], "x", 7, {}, {"a": {"b": 1}}, [{"a": 1}], True])
def test_payos_data_of_another_shape_is_refused(data: object) -> None:
    body = json.dumps({"data": data, "signature": "0" * 64}).encode()

    assert not takes(PayOS(), {}, body)


def test_every_field_of_payos_counts() -> None:
    body = json.loads(payos_body())
    for name in body["data"]:
        changed = {**body, "data": {**body["data"], name: "changed"}}
        assert not takes(PayOS(), {}, json.dumps(changed).encode()), name
    more = {**body, "data": {**body["data"], "zz": "1"}}
    assert not takes(PayOS(), {}, json.dumps(more).encode())
