"""Verbs of accounts and of those who tell of them."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.banking.commands import AddFeed, OpenBankAccount
from app.db.direct import jsonb
from app.kernel.errors import Conflict, NotFound, marked

NO_ACCOUNT = marked("Không tìm thấy tài khoản này.")


def open_bank_account(session: Session, command: OpenBankAccount) -> bool:
    """Enter an account of the scope's branch; True when it is new, not when it is sent again.

    Nobody is asked to pay into it before the city has verified it.
    Raises:
        Conflict: the branch has this account already, or the id was used for another.
    """
    added = session.execute(
        text(
            "INSERT INTO bank_accounts (id, bank, number, holder, opened_on)"
            " VALUES (:id, :bank, :number, :holder, :opened_on)"
            " ON CONFLICT DO NOTHING RETURNING id"
        ),
        {
            "id": command.id,
            "bank": command.bank,
            "number": command.number,
            "holder": command.holder,
            "opened_on": command.opened_on,
        },
    ).first()
    if added is None:
        _refuse_another(session, command)
        return False
    audit.record(session, "bank_accounts.opened", command.id)
    return True


def close_bank_account(session: Session, account_id: UUID) -> bool:
    """Take no more gifts into an account from today on; True when it was open.

    Its lines stay, and money that still comes is taken in. Who scans an old poster is warned.
    Raises:
        NotFound: absent, or another branch's.
    """
    lock_account(session, account_id)
    closed = session.execute(
        text(
            "UPDATE bank_accounts SET closed_on = greatest(local_day(now()), opened_on + 1)"
            " WHERE branch_id = current_branch() AND id = :id AND closed_on IS NULL RETURNING id"
        ),
        {"id": account_id},
    ).first()
    if closed is not None:
        audit.record(session, "bank_accounts.closed", account_id)
    return closed is not None


def verify_bank_account(session: Session, owner_id: UUID, account_id: UUID) -> bool:
    """The city says that an account is the branch `owner_id`'s own; True when that is new.

    Raises:
        NotFound: absent, or the scope's branch is not the top of the tree above it.
    """
    verify = text("SELECT verify_bank_account(:branch, :account)")
    done = session.execute(verify, {"branch": owner_id, "account": account_id}).scalar_one()
    return bool(done)


def add_feed(session: Session, command: AddFeed) -> None:
    """Let an aggregator tell of an account of the scope's branch."""
    lock_account(session, command.account_id)
    session.execute(
        text(
            "INSERT INTO bank_feeds (id, account_id, provider, sealed_secret, sealed_pull_key)"
            " VALUES (:id, :account, :provider, :secret, :pull_key)"
        ),
        {
            "id": command.id,
            "account": command.account_id,
            "provider": command.provider.value,
            "secret": command.sealed_secret,
            "pull_key": command.sealed_pull_key,
        },
    )
    audit.record(session, "bank_feeds.added", command.id)


def revoke_feed(session: Session, feed_id: UUID) -> bool:
    """Listen to an aggregator no more, from its next knock on; True when it was listened to."""
    revoked = session.execute(
        text(
            "UPDATE bank_feeds SET revoked_at = now()"
            " WHERE branch_id = current_branch() AND id = :id AND revoked_at IS NULL RETURNING id"
        ),
        {"id": feed_id},
    ).first()
    if revoked is not None:
        audit.record(session, "bank_feeds.revoked", feed_id)
    return revoked is not None


def lock_account(session: Session, account_id: UUID) -> str:
    """One teller of an account at a time, until the transaction ends; gives its number.

    Raises:
        NotFound: absent, or another branch's.
    """
    number = session.execute(
        text(
            "SELECT number FROM bank_accounts"
            " WHERE branch_id = current_branch() AND id = :id FOR NO KEY UPDATE"
        ),
        {"id": account_id},
    ).scalar()
    if number is None:
        raise NotFound(NO_ACCOUNT)
    return str(number)


def _refuse_another(session: Session, command: OpenBankAccount) -> None:
    same = session.execute(
        text(
            "SELECT FROM bank_accounts WHERE branch_id = current_branch() AND id = :id"
            " AND (bank, number, holder) = (:bank, :number, :holder)"
        ),
        {
            "id": command.id,
            "bank": command.bank,
            "number": command.number,
            "holder": command.holder,
        },
    ).first()
    if same is None:
        raise Conflict(marked("Tài khoản này đã có trong danh sách của đơn vị."))


def remember_columns(session: Session, account_id: UUID, mapping: dict[str, object]) -> None:
    """Keep what a person said of the columns of an account's files, for the next one."""
    session.execute(
        text(
            "UPDATE bank_accounts SET column_mapping = CAST(:mapping AS jsonb)"
            " WHERE branch_id = current_branch() AND id = :id"
        ),
        {"id": account_id, "mapping": jsonb(mapping)},
    )
    audit.record(session, "bank_accounts.columns_named", account_id)
