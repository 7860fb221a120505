"""A client that costs little: one thread, keep-alive connections, requests made beforehand.

Closed loop: each connection sends its next request when it has read the answer to the last one.
"""

import json
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

_READ = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for the request at `place`, and how long it took."""

    place: int
    status: int
    body: bytes
    seconds: float

    def json(self) -> dict[str, object]:
        """The body as an object."""
        found = json.loads(self.body)
        if not isinstance(found, dict):
            raise TypeError(found)
        return found


@dataclass(slots=True)
class Load:
    """All answers of one load, its duration, and the processor seconds that the client used."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0
    client_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    @property
    def statuses(self) -> Counter[int]:
        """How many answers had which status."""
        return Counter(answer.status for answer in self.answers)

    @property
    def client_share(self) -> float:
        """The part of one core that the client took."""
        return self.client_seconds / self.seconds


def request(
    verb: str, path: str, *, token: str = "", key: UUID | None = None, body: object = None
) -> bytes:
    """The bytes of one HTTP request."""
    content = b"" if body is None else json.dumps(body).encode()
    head = [f"{verb} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    if token:
        head.append(f"Authorization: Bearer {token}")
    if key:
        head.append(f"Idempotency-Key: {key}")
    if content:
        head.append("Content-Type: application/json")
    return "\r\n".join([*head, "", ""]).encode() + content


def send_all(
    port: int, requests: Sequence[bytes], *, connections: int, seconds: float = 600.0
) -> Load:
    """Send the requests over this many connections until all are answered or time is up.

    Raises ConnectionError when the server hangs up, or says nothing for 20 s.
    """
    load = Load()
    waiting = iter(enumerate(requests))
    started, spent = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port) for _ in range(min(connections, len(requests)))]
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send_next(waiting)
        busy = len(lines)
        while busy:
            events = selector.select(timeout=20)
            if not events:
                raise ConnectionError("the server says nothing any more")
            for key, _ in events:
                line = key.data
                answer = line.read()
                if answer is None:
                    continue
                load.answers.append(answer)
                is_late = time.perf_counter() - started > seconds
                if is_late or not line.send_next(waiting):
                    selector.unregister(line.socket)
                    line.socket.close()
                    busy -= 1
    load.seconds = time.perf_counter() - started
    load.client_seconds = time.process_time() - spent
    return load


def read_answer(line: socket.socket, place: int) -> Answer:
    """Read one whole answer from a connection on which a request was sent."""
    received, started = b"", time.perf_counter()
    while True:
        part = line.recv(_READ)
        if not part:
            raise ConnectionError("the server hung up")
        received += part
        head, end, body = received.partition(b"\r\n\r\n")
        if end and len(body) >= content_length(head):
            return Answer(place, int(head[9:12]), body, time.perf_counter() - started)


class _Line:
    """One connection, with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._place = 0
        self._sent_at = 0.0

    def send_next(self, waiting: Iterator[tuple[int, bytes]]) -> bool:
        """Send what comes next; False when there is nothing left."""
        following = next(waiting, None)
        if following is None:
            return False
        self._place, content = following
        self._sent_at = time.perf_counter()
        self.socket.sendall(content)
        return True

    def read(self) -> Answer | None:
        """Read what is there; the answer once it is whole."""
        part = self.socket.recv(_READ)
        if not part:
            raise ConnectionError("the server hung up")
        self._received += part
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < content_length(head):
            return None
        self._received = b""
        duration = time.perf_counter() - self._sent_at
        return Answer(self._place, int(head[9:12]), body, duration)


def content_length(head: bytes) -> int:
    """How many bytes follow an answer's head.

    Raises ValueError when it does not say: answers in pieces are not for this client.
    """
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(head)
