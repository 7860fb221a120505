"""flask bank-accounts, flask bank-feeds: where money comes in, and who tells of it."""

import secrets
from datetime import date
from uuid import UUID, uuid4

import click
from flask import current_app

from app.banking.banks import BANKS, bank_named
from app.banking.commands import AddFeed, OpenBankAccount, Provider
from app.banking.events import FeedView, feeds
from app.banking.queries import AccountView, accounts
from app.banking.sealing import seal
from app.banking.service import (
    add_feed,
    close_bank_account,
    open_bank_account,
    revoke_feed,
    verify_bank_account,
)
from app.branches.queries import BranchView, line_of
from app.cli.arguments import Day, Name, as_json, branch_slug
from app.cli.listing import show_rows
from app.cli.operator import OperatorGroup, branch_named, scope_of
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today
from app.kernel.errors import NotFound, marked
from app.kernel.ids import uuid7

NO_ACCOUNT = marked("Không tìm thấy tài khoản này.")

bank_accounts = OperatorGroup("bank-accounts", help="Accounts that donors may pay into.")
bank_feeds = OperatorGroup("bank-feeds", help="Aggregators that tell of an account.")

account_number = click.option("--number", required=True, help="The account's number.")


@bank_accounts.verb("list")
@branch_slug
@as_json
def list_accounts(slug: str, *, as_json: bool) -> None:
    """List the accounts of a branch."""
    with reading(scope_of(branch_named(slug))) as session:
        found = accounts(session)
    show_rows([_account_row(account) for account in found], as_json=as_json)


@bank_accounts.verb("open")
@branch_slug
@click.option("--bank", required=True, type=click.Choice(sorted(BANKS)), help="NAPAS number (BIN).")
@account_number
@click.option("--holder", required=True, type=Name(), help="The holder, as the bank writes him.")
@click.option("--on", "opened_on", type=Day(), help="First day; today unless said.")
def open_account(slug: str, *, bank: str, number: str, holder: str, opened_on: date | None) -> None:
    """Enter an account of a branch; donors see it once it is verified."""
    command = OpenBankAccount(
        id=uuid7(),
        bank=bank_named(bank).bin,
        number=number.upper(),
        holder=holder,
        opened_on=opened_on or today(),
    )
    with unit_of_work(scope_of(branch_named(slug))) as session:
        open_bank_account(session, command)
    click.echo(f"{slug}: account {number} is entered.")


@bank_accounts.verb("verify")
@branch_slug
@account_number
def verify(slug: str, number: str) -> None:
    """Say for the city that an account is the branch's own: donors are asked to pay into it."""
    branch = branch_named(slug)
    account = account_with(branch, number)
    with reading(DirectoryScope()) as session:
        top = line_of(session, branch.id)[0]
    with unit_of_work(scope_of(top)) as session:
        verify_bank_account(session, branch.id, account.id)
    click.echo(f"{slug}: account {number} is verified.")


@bank_accounts.verb("close")
@branch_slug
@account_number
def close(slug: str, number: str) -> None:
    """Take no more gifts into an account; who scans an old poster is warned."""
    branch = branch_named(slug)
    account = account_with(branch, number)
    with unit_of_work(scope_of(branch)) as session:
        close_bank_account(session, account.id)
    click.echo(f"{slug}: account {number} is closed.")


@bank_feeds.verb("list")
@branch_slug
@as_json
def list_feeds(slug: str, *, as_json: bool) -> None:
    """List the feeds of a branch, with their addresses, without their secrets."""
    with reading(scope_of(branch_named(slug))) as session:
        found = feeds(session)
    show_rows([feed_row(feed) for feed in found], as_json=as_json)


@bank_feeds.verb("add")
@branch_slug
@account_number
@click.option("--provider", required=True, type=click.Choice([each.value for each in Provider]))
@click.option("--secret", help="What the provider signs with. Unset: one is made and shown once.")
@click.option("--pull-key", help="API key or token for asking the provider's list, if it has one.")
@as_json
def add(
    slug: str,
    *,
    number: str,
    provider: str,
    secret: str | None,
    pull_key: str | None,
    as_json: bool,
) -> None:
    """Listen to an aggregator; prints the address to enter there, and the secret once."""
    branch = branch_named(slug)
    account = account_with(branch, number)
    shown = secret or secrets.token_urlsafe(32)
    key = current_app.extensions["settings"].secret_key
    command = AddFeed(
        id=uuid4(),
        account_id=account.id,
        provider=Provider(provider),
        sealed_secret=seal(shown, key=key),
        sealed_pull_key=seal(pull_key, key=key) if pull_key else None,
    )
    with unit_of_work(scope_of(branch)) as session:
        add_feed(session, command)
    row = {
        "id": str(command.id),
        "account": number,
        "url": address_of(provider, str(command.id)),
        "secret": shown,
    }
    show_rows([row], as_json=as_json)


@bank_feeds.verb("revoke")
@branch_slug
@click.argument("feed_id", type=click.UUID)
def revoke(slug: str, feed_id: UUID) -> None:
    """Listen to an aggregator no more."""
    with unit_of_work(scope_of(branch_named(slug))) as session:
        revoke_feed(session, feed_id)
    click.echo(f"{slug}: feed {feed_id} is revoked.")


def account_with(branch: BranchView, number: str) -> AccountView:
    """The account of a branch with this number.

    Raises:
        NotFound: there is none.
    """
    with reading(scope_of(branch)) as session:
        found = [each for each in accounts(session) if each.number == number.upper()]
    if not found:
        raise NotFound(NO_ACCOUNT)
    return found[0]


def feed_row(feed: FeedView) -> dict[str, object]:
    """A feed as a line of a list."""
    return {
        "id": str(feed.id),
        "provider": feed.provider,
        "account": feed.account_number,
        "url": address_of(feed.provider, str(feed.id)),
        "pulled": feed.sealed_pull_key is not None,
    }


def address_of(provider: str, feed_id: str) -> str:
    """Where a provider knocks."""
    return f"{current_app.extensions['settings'].public_url}/webhooks/{provider}/{feed_id}"


def _account_row(account: AccountView) -> dict[str, object]:
    return {
        "number": account.number,
        "bank": account.bank,
        "holder": account.holder,
        "opened_on": account.opened_on.isoformat(),
        "verified_on": account.verified_on.isoformat() if account.verified_on else None,
        "closed_on": account.closed_on.isoformat() if account.closed_on else None,
    }
