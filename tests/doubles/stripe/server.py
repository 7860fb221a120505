"""The double on 127.0.0.1: the API, and the page on which a card is paid or declined."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.doubles.stripe import cards, plans
from tests.doubles.stripe.calls import ANSWERS
from tests.doubles.stripe.contract import VERSION, OffContract, call_of, hold_answer, request_of
from tests.doubles.stripe.world import Refused, World

PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Checkout</title><link rel="icon" href="data:,"></head><body><main><h1>Pay {amount}</h1>
<form method="post"><button name="card" value="pay">Pay</button>
<button name="card" value="decline">Decline</button></form>
<p>{note}</p><a href="{cancel}">Back</a></main></body></html>"""


class Server(ThreadingHTTPServer):
    """Serves one world."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world = world
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        world.base = self.base
        self.replies: dict[str, tuple[tuple[str, str, str], int, Any]] = {}
        # What goes wrong with the coming calls, in turn: "500", "429", "cut".
        self.faults: list[str] = []
        self.calls: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    # Head and body leave together, or each answer waits 40 ms for the other side's acknowledgement.
    wbufsize = 65_536
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Read an object, a list, or the page of a session."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Make or change an object, or press a button."""
        self._answer("POST")

    def do_DELETE(self) -> None:
        """End an object."""
        self._answer("DELETE")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's own name
        """Say nothing."""

    def _answer(self, verb: str) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        with self.server.world.lock:
            if address.path.startswith("/pay/"):
                self._page(verb, address.path.removeprefix("/pay/"), body)
                return
            fault = self.server.faults.pop(0) if self.server.faults else ""
            status, told, headers = self._told(verb, address.path, body or address.query, fault)
        if fault == "cut":
            self.close_connection = True
        else:
            self._send(status, json.dumps(told).encode(), "application/json", headers)

    def _told(
        self, verb: str, path: str, encoded: str, fault: str
    ) -> tuple[int, Any, dict[str, str]]:
        if fault == "429":
            return 429, _error("Too many requests", "api_error", code="rate_limit"), {}
        try:
            call, ids = call_of(verb, path)
            self.server.calls.append(call)
            self._hold_headers()
            status, told, headers = self._once(call, ids, path, encoded)
        except OffContract as error:
            return 400, _error(str(error), "invalid_request_error", code="off_contract"), {}
        except Refused as error:
            return error.status, {"error": error.error}, {}
        if fault == "500":
            return 500, _error("An unknown error occurred", "api_error"), headers
        return status, told, headers

    def _hold_headers(self) -> None:
        """The key must be of the account's mode, and the version the one whose schema this is."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        mode = "live" if self.server.world.livemode else "test"
        if not key.startswith((f"sk_{mode}_", f"rk_{mode}_")):
            raise Refused("Invalid API Key provided", status=401)
        if self.headers.get("Stripe-Version") != VERSION:
            raise Refused(f"This double speaks {VERSION}")

    def _once(
        self, call: str, ids: dict[str, str], path: str, encoded: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Do it once for an idempotency key; the same key tells the same again."""
        key = self.headers.get("Idempotency-Key")
        asked = (call, path, encoded)
        if key is not None and key in self.server.replies:
            first, status, told = self.server.replies[key]
            if first != asked:
                message = "Keys for idempotent requests can only be used with the same parameters"
                raise Refused(message, kind="idempotency_error")
            return status, told, {"Idempotent-Replayed": "true"}
        parameters = request_of(call, encoded)
        try:
            status, told = 200, ANSWERS[call](self.server.world, parameters, ids)
            told = json.loads(json.dumps(told))
            hold_answer(call, told)
        except Refused as error:
            status, told = error.status, {"error": error.error}
            hold_answer(call, told, is_error=True)
        if key is not None:
            self.server.replies[key] = (asked, status, told)
        return status, told, {}

    def _page(self, verb: str, session_id: str, body: str) -> None:
        world, note = self.server.world, ""
        try:
            session = world.get(session_id)
            if verb == "POST" and parse_qs(body).get("card") == ["pay"]:
                press_pay(world, session_id)
                self._send(303, b"", "text/html", {"Location": str(session["success_url"])})
                return
            if verb == "POST":
                cards.decline(world, session_id)
                note = "Your card was declined."
        except Refused as error:
            self._send(error.status, str(error).encode(), "text/plain", {})
            return
        text = PAGE.format(
            amount=f"{session['amount_total']} {session['currency'].upper()}",
            note=note,
            cancel=escape(str(session["cancel_url"])),
        )
        self._send(200, text.encode(), "text/html; charset=utf-8", {})

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        told = {"Content-Type": kind, "Content-Length": str(len(body)), "Request-Id": "req_double"}
        for name, value in {**told, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def press_pay(world: World, session_id: str) -> None:
    """What the page's button does."""
    if world.get(session_id)["mode"] == "subscription":
        plans.start(world, session_id)
    else:
        cards.pay(world, session_id)


def _error(message: str, kind: str, **more: str) -> Any:
    return {"error": {"message": message, "type": kind, **more}}


@contextmanager
def serving(world: World, port: int = 0) -> Iterator[Server]:
    """A server of this world while the block lasts."""
    with Server(world, port) as server:
        thread = threading.Thread(target=server.serve_forever, name="stripe", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
