"""Whose books a transaction may touch: THE tenancy line (D6).

A scope binds itself as the first statement of its transaction and dies with it; row-level security
does the rest. A session without a scope cannot run a statement.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction


class Scope(Protocol):
    """Anything that can say for which branch and person a transaction acts."""

    def bind(self, connection: Connection) -> None:
        """Set the transaction's branch and actor; raise a refusal if that may not be."""


@dataclass(frozen=True, slots=True)
class BranchScope:
    """One branch, one actor: the scope of tasks, commands and tests."""

    branch_id: UUID
    actor_id: UUID

    def bind(self, connection: Connection) -> None:
        """Act for the branch until the transaction ends."""
        connection.execute(
            text(
                "SELECT set_config('app.branch_id', :branch, true),"
                " set_config('app.actor_id', :actor, true)",
            ),
            {"branch": str(self.branch_id), "actor": str(self.actor_id)},
        )


@dataclass(frozen=True, slots=True)
class ActorScope:
    """A person before a branch was chosen: sees his own memberships and nothing of any branch."""

    actor_id: UUID

    def bind(self, connection: Connection) -> None:
        """Name the person; no branch is bound."""
        connection.execute(
            text("SELECT set_config('app.actor_id', :actor, true)"),
            {"actor": str(self.actor_id)},
        )


@dataclass(frozen=True, slots=True)
class DirectoryScope:
    """Nobody: reads what belongs to no branch (the tree, sessions, a receipt by its code)."""

    def bind(self, connection: Connection) -> None:
        """Bind nothing: tenant tables show no row."""


@dataclass(frozen=True, slots=True)
class RelayScope:
    """The relay: outbox, deltas, totals and ledger numbers of every branch; no people."""

    def bind(self, connection: Connection) -> None:
        """Open the relay's policies until the transaction ends."""
        connection.execute(text("SELECT set_config('app.relay', 'on', true)"))


@contextmanager
def acting_for(session: Session, scope: BranchScope | ActorScope) -> Iterator[None]:
    """Act for another scope within the transaction, and after it for the same as before.

    For an act that belongs to no branch and is told in several.
    """
    settings = "current_setting('app.branch_id', true), current_setting('app.actor_id', true)"
    before = session.execute(text(f"SELECT {settings}")).one()
    scope.bind(session.connection())
    yield
    session.execute(
        text(
            "SELECT set_config('app.branch_id', :branch, true),"
            " set_config('app.actor_id', :actor, true)",
        ),
        {"branch": before[0] or "", "actor": before[1] or ""},
    )


@event.listens_for(Session, "after_begin")
def bind_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Bind the session's scope when its transaction begins; KeyError when it has none."""
    if transaction.nested:
        return
    session.info["scope"].bind(connection)
