"""Bodies are taken whole before work begins: slow, cut off, endless and oversized ones."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from app.web.bodies import FORM, REFUSAL, WholeBodies

Answer = tuple[str, bytes]


class Slow(BytesIO):
    """A sender who pauses until he is let go on."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked, self.goes_on = Event(), Event()

    def read(self, size: int | None = -1) -> bytes:
        """What was sent, once it comes."""
        self.asked.set()
        assert self.goes_on.wait(10)
        return super().read(size)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer what was sent, or what was noted against it."""
    start_response("200 OK", [])
    refusal = environ.get(REFUSAL)
    return [type(refusal).__name__.encode() if refusal else environ["wsgi.input"].read()]


def ask(inner: Any, body: BytesIO, **environ: str) -> Answer:
    """The status and body of an answer."""
    asked = EnvironBuilder(method="POST").get_environ()
    asked |= {"wsgi.input": body, **environ}
    content, status, _ = run_wsgi_app(inner, asked)
    return status, b"".join(content)


def test_a_slow_sender_holds_up_nobody() -> None:
    inner, slow = WholeBodies(echo, at_once=1, senders=2), Slow(b"slow")

    with ThreadPoolExecutor(1) as aside:
        held = aside.submit(ask, inner, slow, CONTENT_LENGTH="4")
        assert slow.asked.wait(10)
        assert ask(inner, BytesIO(b"fast"), CONTENT_LENGTH="4") == ("200 OK", b"fast")
        slow.goes_on.set()

    assert held.result() == ("200 OK", b"slow")


def test_senders_who_stall_stop_no_pages() -> None:
    inner, stalled = WholeBodies(echo, at_once=1, senders=1), Slow(b"slow")

    with ThreadPoolExecutor(1) as aside:
        held = aside.submit(ask, inner, stalled, CONTENT_LENGTH="4")
        assert stalled.asked.wait(10)
        one_more = ask(inner, BytesIO(b"more"), CONTENT_LENGTH="4")
        page = ask(inner, BytesIO(b""), REQUEST_METHOD="GET")
        stalled.goes_on.set()

    assert (one_more, page) == (("200 OK", b"Busy"), ("200 OK", b""))
    assert held.result() == ask(inner, BytesIO(b"slow"), CONTENT_LENGTH="4")


def test_a_turn_is_given_back_after_a_fault() -> None:
    inner = WholeBodies(lambda *_: 1 / 0, at_once=1, senders=1)  # type: ignore[arg-type]

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            ask(inner, BytesIO(b""))


def test_a_body_without_a_length_is_refused() -> None:
    inner = WholeBodies(echo, at_once=1, senders=1)

    answer = ask(inner, BytesIO(b"a=1"), HTTP_TRANSFER_ENCODING="chunked")

    assert answer == ("200 OK", b"LengthRequired")


def test_a_body_that_was_cut_off_reaches_nobody() -> None:
    inner = WholeBodies(echo, at_once=1, senders=1)

    assert ask(inner, BytesIO(b"amount=5"), CONTENT_LENGTH="9") == ("200 OK", b"CutOff")


@pytest.mark.parametrize("content_type", [FORM, FORM.upper(), f"{FORM}; charset=utf-8"])
def test_a_form_that_is_no_utf8_is_mended_however_its_type_is_written(content_type: str) -> None:
    inner = WholeBodies(echo, at_once=1, senders=1)

    answer = ask(inner, BytesIO(b"name=%FF"), CONTENT_LENGTH="8", CONTENT_TYPE=content_type)

    assert answer == ("200 OK", b"name=%EF%BF%BD")


@pytest.mark.parametrize(
    ("refused", "status", "code"),
    [
        ({"CONTENT_LENGTH": "900"}, 400, "invalid"),
        ({"CONTENT_LENGTH": "4", "HTTP_TRANSFER_ENCODING": "chunked"}, 411, "invalid"),
        ({"CONTENT_LENGTH": "4"}, 503, "busy"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/donations", "/dang-nhap"])
def test_a_refused_body_is_answered_like_every_refusal(
    application: Flask,
    monkeypatch: pytest.MonkeyPatch,
    refused: dict[str, str],
    status: int,
    code: str,
    path: str,
) -> None:
    if status == 503:
        monkeypatch.setattr("app.web.bodies.Semaphore.acquire", lambda *_, **__: False)
    asked = EnvironBuilder(method="POST", path=path).get_environ()
    asked |= {"wsgi.input": BytesIO(b"{}  "), **refused}

    answer = Response.from_app(application, asked)
    text = answer.get_data(as_text=True)

    assert answer.status_code == status
    assert answer.headers["Connection"] == "close"
    assert answer.headers.get("Retry-After") == ("2" if status == 503 else None)
    if path.startswith("/api/"):
        assert answer.mimetype == "application/problem+json"
        told = json.loads(text)
        assert (told["code"], told["status"], bool(told["detail"])) == (code, status, True)
    else:
        assert "<h1>" in text
        assert status == 411 or "iữ nguyên trang và gửi lại" in text


@pytest.mark.parametrize(
    ("sent", "length", "status"),
    [(b"email=a%40b.vn&", "900", "400"), (b"email=" + b"a" * 1_000_000, "1000006", "413")],
)
def test_what_is_cut_off_or_too_long_is_refused(
    application: Flask, sent: bytes, length: str, status: str
) -> None:
    answer = ask(
        application,
        BytesIO(sent),
        PATH_INFO="/dang-nhap",
        CONTENT_TYPE="application/x-www-form-urlencoded",
        CONTENT_LENGTH=length,
    )

    assert answer[0].startswith(status)
