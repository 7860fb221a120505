"""Roles and what they may do: one table, the same for pages, the API and tests."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Final


class Role(StrEnum):
    """What a person is in a branch (domain.md §1.4)."""

    TREASURER = "treasurer"
    BOOKKEEPER = "bookkeeper"
    CHAIR = "chair"
    PANELIST = "panelist"
    INSPECTOR = "inspector"
    OFFICER = "officer"
    ADMIN = "admin"


class Permission(StrEnum):
    """`<plural noun>.<verb>`, inside one's own branch; totals reach down the tree."""

    BRANCH_VIEW = "branches.view"
    DONATIONS_VIEW = "donations.view"
    DONATIONS_RECORD = "donations.record"
    DONATIONS_REVERSE = "donations.reverse"
    DONORS_VIEW = "donors.view"
    FUNDS_VIEW = "funds.view"
    ENTRIES_VIEW = "entries.view"
    RECEIPTS_VIEW = "receipts.view"
    TOTALS_VIEW = "totals.view"
    BANK_VIEW = "bank.view"
    BANK_RECORD = "bank.record"
    BANK_ACCOUNTS_VERIFY = "bank_accounts.verify"
    PAYMENTS_REFUND = "payments.refund"
    DOCUMENTS_PUBLISH = "documents.publish"


READING: Final = frozenset(
    {
        Permission.BRANCH_VIEW,
        Permission.DONATIONS_VIEW,
        Permission.DONORS_VIEW,
        Permission.FUNDS_VIEW,
        Permission.ENTRIES_VIEW,
        Permission.RECEIPTS_VIEW,
        Permission.TOTALS_VIEW,
        Permission.BANK_VIEW,
    },
)
TILL: Final = READING | {
    Permission.DONATIONS_RECORD,
    Permission.DONATIONS_REVERSE,
    Permission.BANK_RECORD,
    Permission.DOCUMENTS_PUBLISH,
}

GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.TREASURER: TILL,
    Role.BOOKKEEPER: TILL,
    # Money goes back to a card by the chair's word alone (domain.md S5).
    Role.CHAIR: READING
    | {
        Permission.DONATIONS_REVERSE,
        Permission.DOCUMENTS_PUBLISH,
        Permission.PAYMENTS_REFUND,
    },
    Role.INSPECTOR: READING,
    Role.PANELIST: frozenset({Permission.BRANCH_VIEW, Permission.FUNDS_VIEW}),
    # An upper level's desk sees money, never people (D7); whose an account is, it knows.
    Role.OFFICER: frozenset(
        {
            Permission.BRANCH_VIEW,
            Permission.FUNDS_VIEW,
            Permission.TOTALS_VIEW,
            Permission.BANK_ACCOUNTS_VERIFY,
        }
    ),
    Role.ADMIN: frozenset({Permission.BRANCH_VIEW}),
}


def can(roles: Iterable[str], permission: Permission) -> bool:
    """Whether one of the roles grants the permission."""
    return any(permission in GRANTS[Role(role)] for role in roles)


@cache
def roles_with(permission: Permission) -> str:
    """The roles that grant the permission, as PostgreSQL writes an array of them."""
    return "{" + ",".join(role for role, granted in GRANTS.items() if permission in granted) + "}"
