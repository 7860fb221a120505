"""Servers of this machine that give lists as SePay and Casso give them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

KEY: Final = "a-key-of-the-list"
ACCOUNT: Final = "0071000888888"
DAY: Final = date(2026, 11, 24)
NOON: Final = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001  the provider's own clock
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Aggregator:
    """A server whose answers a test gives; it keeps what it was asked."""

    answer: Callable[[str, dict[str, str]], Answer]
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving() -> Iterator[Aggregator]:
    """A server on this machine alone."""
    here = Aggregator(lambda _path, _query: (404, {}, b""))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: told[-1] for name, told in parse_qs(parts.query).items()}
            here.asked.append((parts.path, query, dict(self.headers)))
            status, headers, body = here.answer(parts.path, query)
            self.send_response(status)
            for name, told in headers.items():
                self.send_header(name, told)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of who hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    here.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield here
    server.shutdown()
    server.server_close()
    serving.join()


def entry(number: int, at: datetime, **changes: object) -> dict[str, object]:
    """A movement as SePay's list tells of it (developer.sepay.vn/en/sepay-api/v1/api-giao-dich)."""
    return {
        "id": str(number),
        "bank_brand_name": "Vietcombank",
        "account_number": ACCOUNT,
        "transaction_date": f"{at:%Y-%m-%d %H:%M:%S}",
        "amount_out": "0.00",
        "amount_in": "18067000.00",
        "accumulated": "1200541768.00",
        "transaction_content": "DUONG THUY ANH chuyen tien...",
        "reference_number": f"677760.{number}",
        "code": None,
        "sub_account": "VCB0011ABC004",
        "bank_account_id": "19",
    } | changes


def as_sepay(entries: list[dict[str, object]]) -> Callable[[str, dict[str, str]], Answer]:
    """Answer as SePay: filtered, newest first, and of more than `limit` the newest alone."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        assert path == "/userapi/transactions/list"
        first, last = query["transaction_date_min"], query["transaction_date_max"]
        fitting = [
            one
            for one in entries
            if one["account_number"] == query["account_number"]
            and first <= str(one["transaction_date"]) <= last
        ]
        fitting.sort(key=lambda one: str(one["transaction_date"]), reverse=True)
        told = {
            "status": 200,
            "error": None,
            "messages": {"success": True},
            "transactions": fitting[: int(query["limit"])],
        }
        return 200, {}, json.dumps(told).encode()

    return answer


def record(number: int, when: str, **changes: object) -> dict[str, object]:
    """A movement as Casso's list tells of it (developer.casso.vn/casso-api/api/lay-giao-dich)."""
    return {
        "id": number,
        "tid": f"TF{number}",
        "description": "Khanhnm chuyen tien",
        "amount": -193000,
        "cusum_balance": 1070904,
        "when": when,
        "bankSubAccId": ACCOUNT,
        "paymentChannel": "",
        "virtualAccount": "",
        "virtualAccountName": "",
        "corresponsiveName": "NGUYEN VAN A",
        "corresponsiveAccount": "0011",
        "corresponsiveBankId": "",
        "corresponsiveBankName": "",
        "accountId": 733,
        "bankCodeName": "acb_digi",
    } | changes


def as_casso(
    records: list[dict[str, object]], *, most: int = 100
) -> Callable[[str, dict[str, str]], Answer]:
    """Answer as Casso: in pages, of at most `most` whatever was asked."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        assert path == "/v2/transactions"
        page, size = int(query["page"]), min(int(query["pageSize"]), most)
        fitting = [
            one for one in records if query["fromDate"] <= str(one["when"])[:10] <= query["toDate"]
        ]
        pages = -(-len(fitting) // size)
        data = {
            "page": page,
            "pageSize": size,
            "nextPage": page + 1 if page < pages else None,
            "prevPage": page - 1 or None,
            "totalPages": pages,
            "totalRecords": len(fitting),
            "records": fitting[(page - 1) * size : page * size],
        }
        told = {"error": 0, "message": "success", "data": data}
        return 200, {}, json.dumps(told).encode()

    return answer
