"""What a storm does and when, all of it decided by its seed before it begins."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Flaw(StrEnum):
    """What makes a gift unacceptable; the product must refuse it, and leave nothing of it."""

    AMOUNT = "amount"
    FUND = "fund_id"
    DAY = "received_on"


class Target(StrEnum):
    """What a fault hits: main processes, processes below them, servers, the queue's content."""

    WEB = "web"
    WEB_PROCESS = "web process"
    WORKER = "worker"
    WORKER_PROCESS = "worker process"
    BEAT = "beat"
    POSTGRES = "PostgreSQL"
    POSTGRES_PROCESS = "PostgreSQL backend"
    VALKEY = "Valkey"
    QUEUE = "queue flushed"


# Of 60 kills: 18 of the web, 16 of the worker, 4 of beat, 14 of PostgreSQL, 8 of Valkey.
KILLS: Final = (
    *[Target.WEB] * 9,
    *[Target.WEB_PROCESS] * 9,
    *[Target.WORKER] * 8,
    *[Target.WORKER_PROCESS] * 8,
    *[Target.BEAT] * 4,
    *[Target.POSTGRES] * 9,
    *[Target.POSTGRES_PROCESS] * 5,
    *[Target.VALKEY] * 8,
)
LARGEST_BURST: Final = 12
HOT_SHARE, TWICE_SHARE, FLAW_SHARE = 0.35, 0.05, 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGift:
    """One gift: when, in which branch, under which key, and whether it is clicked twice."""

    number: int
    at: float
    branch: int
    key: UUID
    amount: int
    clicks: int
    flaw: Flaw | None

    @property
    def note(self) -> str:
        """What tells this gift from all others in the database, whatever its key."""
        return f"storm-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the second at which it comes."""

    at: float
    target: Target


@dataclass(frozen=True, slots=True)
class Plan:
    """All gifts and all faults, in the order of their times."""

    gifts: Sequence[PlannedGift]
    faults: Sequence[Fault]


def storm_plan(
    seed: int, *, gifts: int, kills: int, flushes: int, branches: int, pace: float
) -> Plan:
    """The plan of a seed: gifts in bursts, for as long as the faults take, `pace` seconds each."""
    chance = random.Random(seed)
    lasts = pace * (kills + flushes)
    return Plan(
        list(_gifts(chance, gifts, branches=branches, lasts=lasts)),
        _faults(chance, kills=kills, flushes=flushes, pace=pace),
    )


def _gifts(
    chance: random.Random, count: int, *, branches: int, lasts: float
) -> Iterator[PlannedGift]:
    """Bursts at one moment, many into the first branch, so that its counter is fought for."""
    times: list[tuple[float, int]] = []
    while len(times) < count:
        at, size = chance.uniform(0, lasts), chance.randint(1, LARGEST_BURST)
        is_hot = chance.random() < HOT_SHARE
        times += [(at, 0 if is_hot else chance.randrange(branches)) for _ in range(size)]
    for number, (at, branch) in enumerate(sorted(times[:count])):
        is_flawed = chance.random() < FLAW_SHARE
        yield PlannedGift(
            number=number,
            at=at,
            branch=branch,
            key=UUID(int=chance.getrandbits(128), version=4),
            amount=1000 * chance.randint(1, 5000),
            clicks=2 if chance.random() < TWICE_SHARE else 1,
            flaw=chance.choice(list(Flaw)) if is_flawed else None,
        )


def _faults(chance: random.Random, *, kills: int, flushes: int, pace: float) -> Sequence[Fault]:
    """Every target in its proportion, in any order, from almost at once to twice the pace apart."""
    targets: list[Target] = []
    while len(targets) < kills:
        targets += chance.sample(KILLS, len(KILLS))
    hit = targets[:kills] + [Target.QUEUE] * flushes
    chance.shuffle(hit)
    at, faults = 0.0, []
    for target in hit:
        at += chance.uniform(0.05 * pace, 1.95 * pace)
        faults.append(Fault(at, target))
    return faults
