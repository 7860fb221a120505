"""The demonstration's bank accounts, who tells of one of them, and two lines nobody knows yet."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from app.banking.commands import AddFeed, LineSide, OpenBankAccount, Provider, Telling, ToldLine
from app.banking.events import FeedView, feeds
from app.banking.lines import record_lines
from app.banking.queries import accounts
from app.banking.sealing import seal
from app.banking.service import add_feed, open_bank_account, verify_bank_account
from app.branches.queries import BranchView
from app.cli.operator import branch_named, scope_of
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today

CITY: Final = "ha-noi"
FED: Final = "phuong-ba-dinh"
NAMESPACE: Final = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of a branch; `is_verified` when the city has looked at it."""

    slug: str
    bank: str
    number: str
    holder: str
    is_verified: bool = True

    @property
    def id(self) -> UUID:
        """The same at every seeding."""
        return uuid5(NAMESPACE, f"{self.slug} {self.number}")


ACCOUNTS: Final = (
    DemoAccount(CITY, "970436", "0011004123456", "HOI KHUYEN HOC THANH PHO HA NOI"),
    DemoAccount(FED, "970418", "12010000999999", "HOI KHUYEN HOC PHUONG BA DINH"),
    DemoAccount("phuong-ngoc-ha", "970407", "19036789012015", "HOI KHUYEN HOC PHUONG NGOC HA"),
    DemoAccount("xa-soc-son", "970405", "3100205123456", "HOI KHUYEN HOC XA SOC SON"),
    DemoAccount(
        "phuong-hoan-kiem",
        "970422",
        "9704229999",
        "HOI KHUYEN HOC PHUONG HOAN KIEM",
        is_verified=False,
    ),
)


def lay_accounts(secret_key: str) -> None:
    """Enter the accounts, verify them, and listen to SePay for one; safe to repeat."""
    for account in ACCOUNTS:
        branch = branch_named(account.slug)
        if _has_accounts(branch):
            continue
        command = OpenBankAccount(
            id=account.id,
            bank=account.bank,
            number=account.number,
            holder=account.holder,
            opened_on=branch.opened_on,
        )
        with unit_of_work(scope_of(branch)) as session:
            open_bank_account(session, command)
        if account.is_verified:
            with unit_of_work(scope_of(branch_named(CITY))) as session:
                verify_bank_account(session, branch.id, account.id)
        if account.slug == FED:
            _listen(branch, account, secret_key)


def feed_secret(secret_key: str) -> str:
    """What the demonstration's SePay signs with: the same as long as SECRET_KEY is."""
    return hashlib.sha256(f"demo feed {secret_key}".encode()).hexdigest()


def demo_feeds() -> list[FeedView]:
    """The feeds of the branch that has one."""
    with reading(scope_of(branch_named(FED))) as session:
        return list(feeds(session))


def _listen(branch: BranchView, account: DemoAccount, secret_key: str) -> None:
    sealed = seal(feed_secret(secret_key), key=secret_key)
    command = AddFeed(
        id=uuid5(account.id, "feed"),
        account_id=account.id,
        provider=Provider.SEPAY,
        sealed_secret=sealed,
    )
    yesterday = today() - timedelta(days=1)
    told = [
        Telling("1", _line("NGUYEN VAN A chuyen tien", 500_000, yesterday, "FT26328000001")),
        Telling("2", _line("CT tu 0912345678 LE THI MINH ung ho", 200_000, yesterday, "FT2632802")),
    ]
    with unit_of_work(scope_of(branch)) as session:
        add_feed(session, command)
        record_lines(session, account.id, told, teller_id=command.id)


def _line(words: str, amount: int, day: date, reference: str) -> ToldLine:
    return ToldLine(
        day=day,
        side=LineSide.CREDIT,
        amount=amount,
        description=words,
        reference=reference,
    )


def _has_accounts(branch: BranchView) -> bool:
    with reading(scope_of(branch)) as session:
        return bool(accounts(session))
