"""G6 and G7: what totals cost a gift, and how soon a gift is in them."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from http.client import HTTPConnection

from app.donations.commands import Source
from app.kernel.clock import today
from bench.figures import Bar, Figure, median, percentile
from bench.fixtures import Till, officer_token, open_tills
from bench.load import send_all
from bench.pgbench import FLOOR, Bench
from bench.product import serving
from bench.stage import Stage
from config.local.record import DATABASE

COPY = "copy_without_totals"
BRANCHES, CLIENTS = 100, 4
PAIRS, SECONDS = 8, 2
FOLD_EVERY = 0.1
GIFTS_A_SECOND, GIFT_COUNT = 20, 500
BITS = 39  # 2^38 đồng is less than the most a gift may be
WAIT = 10.0
ONE_FOLD = "SELECT set_config('app.relay', 'on', true), fold_rollups(20000)"


def cost_of_totals(stage: Stage) -> Sequence[Figure]:
    """G6: the product's own SQL with deltas and folding ÷ without, in turns."""
    bench = _copy(stage)
    rates: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(PAIRS):
        for has_totals in (True, False) if turn % 2 else (False, True):
            rates[has_totals].append(_rate(stage, bench, has_totals=has_totals))
    slower = [1 - ours / bare for ours, bare in zip(rates[True], rates[False], strict=True)]
    parts: dict[str, float | str] = {
        "gifts/s with totals": median(rates[True]),
        "without": median(rates[False]),
        "pairs": PAIRS,
    }
    what = "cost of totals on a gift (record_donations by pgbench, folded each 0.1 s)"
    cost = 100 * median(slower)
    return [
        Figure(goal="G6", what=what, value=cost, unit="%", side=Bar.AT_MOST, bar=5, parts=parts)
    ]


def freshness(stage: Stage) -> Sequence[Figure]:
    """G7: from a gift's answer to the first answer of the city's totals that holds it."""
    with stage.application.app_context():
        tills, officer = open_tills(BRANCHES), officer_token()
    with serving(stage, "web", "worker", "beat"):
        watch = _Watch(stage.settings.port, officer, today() - timedelta(days=1))
        with watch.watching():
            answered = _trickle(stage, tills, watch.day)
            watch.await_all(answered)
    lags = [max(0.0, watch.seen[place] - at) for place, at in answered.items()]
    parts: dict[str, float | str] = {
        "median s": median(lags),
        "longest s": max(lags),
        "gifts": len(lags),
    }
    what = f"gift → city total, p99 at {GIFTS_A_SECOND} gifts/s"
    return [
        Figure(
            goal="G7",
            what=what,
            value=percentile(lags, 99),
            unit="s",
            side=Bar.AT_MOST,
            bar=2,
            parts=parts,
        )
    ]


def _copy(stage: Stage) -> Bench:
    with stage.application.app_context():
        tills = open_tills(BRANCHES)
    stage.create_scratch(COPY, template=DATABASE)
    with stage.superuser(COPY) as connection:
        connection.execute((FLOOR / "product_gift.sql").read_bytes())
        for place, till in enumerate(tills, start=1):
            connection.execute(
                "INSERT INTO bench_tills VALUES (%s, %s, %s)", [place, till.branch_id, till.fund_id]
            )
    return Bench(stage.postgres, COPY)


def _rate(stage: Stage, bench: Bench, *, has_totals: bool) -> float:
    verb = "ENABLE" if has_totals else "DISABLE"
    with stage.superuser(COPY) as connection:
        connection.execute(f"ALTER TABLE postings {verb} TRIGGER b_append_deltas")
    with _folding(stage):
        return bench.rate("product.sql", clients=CLIENTS, seconds=SECONDS, branches=BRANCHES)


@contextmanager
def _folding(stage: Stage) -> Iterator[None]:
    """Fold again and again, as the worker does; without deltas there is nothing to fold."""
    ended = threading.Event()

    def fold() -> None:
        with stage.as_application(COPY) as connection:
            while not ended.wait(FOLD_EVERY):
                with connection.transaction():
                    connection.execute(ONE_FOLD)

    thread = threading.Thread(target=fold)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def marked(tills: Sequence[Till], place: int, day: date) -> bytes:
    """The request of gift `place`: one bit of its source's sum, so that sums tell who is in."""
    source = list(Source)[place // BITS]
    till = tills[place % len(tills)]
    return till.gift(source=source.value, amount=1 << place % BITS, received_on=day.isoformat())


def places_in(sums: dict[str, int]) -> set[int]:
    """Which gifts are in the sums by source."""
    sources = [source.value for source in Source]
    return {
        sources.index(source) * BITS + bit
        for source, amount in sums.items()
        for bit in range(BITS)
        if amount >> bit & 1
    }


def _trickle(stage: Stage, tills: Sequence[Till], day: date) -> dict[int, float]:
    """Send the gifts at their times; return when each was answered."""
    answered: dict[int, float] = {}
    started = time.perf_counter()
    for place in range(GIFT_COUNT):
        time.sleep(max(0.0, started + place / GIFTS_A_SECOND - time.perf_counter()))
        load = send_all(stage.settings.port, [marked(tills, place, day)], connections=1)
        answered[place] = time.perf_counter()
        if load.answers[0].status != HTTPStatus.CREATED:
            raise RuntimeError(load.answers[0].body.decode(errors="replace"))
    return answered


@dataclass
class _Watch:
    """Asks the city's totals of one day again and again, and notes when each gift is first in."""

    port: int
    token: str
    day: date
    seen: dict[int, float] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch for the block."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def await_all(self, answered: dict[int, float]) -> None:
        """Wait for the last ones. Raises TimeoutError when some do not come."""
        deadline = time.perf_counter() + WAIT
        while not answered.keys() <= self.seen.keys():
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{answered.keys() - self.seen.keys()} are in no total")
            time.sleep(0.05)

    def _watch(self, ended: threading.Event) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        path = f"/api/v1/totals?from={self.day}&to={self.day}&by=source&scope=tree"
        headers = {"Authorization": f"Bearer {self.token}"}
        while not ended.wait(0.02):
            connection.request("GET", path, headers=headers)
            items = json.loads(connection.getresponse().read())["items"]
            now = time.perf_counter()
            for place in places_in({item["source"]: item["amount"] for item in items}):
                self.seen.setdefault(place, now)
        connection.close()
