"""Canaries in every private column: none is on a board, a page, or a picture (P15, ask 28)."""

import json
from dataclasses import astuple, replace
from typing import Final
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from app.accounts.service import add_user
from app.db.scope import BranchScope, DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.service import record_donation, reverse_donation
from app.donors.commands import DonorKind, NewDonor
from app.giving.commands import Dedication
from app.kernel.ids import uuid7
from app.public.share_images import ShareImage
from config.local.cluster import Cluster
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.boards import a_drive, board_of
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift
from tests.builders.pages import Browser

CANARY: Final = "canary"
# What everybody may read is planted too, under another word, so that a page that is empty by
# mistake does not pass.
PUBLIC: Final = "Quỹ Chim Yến"
# Columns that hold what was planted, by the table that keeps it (those of other features too).
PRIVATE: Final = {
    "donors": {"name", "search_key", "sort_key", "phone", "email", "address"},
    "donations": {"note"},
    "donation_reversals": {"reason"},
    "receipts": {"snapshot"},
    "receipt_voids": {"reason"},
    "users": {"name", "email"},
    "offers": {"donor_name", "dedicated_to", "email"},
    "bank_accounts": {"holder"},
    "bank_lines": {"description", "counter_name", "counter_account"},
    "audit_events": {"reason"},
}
COLUMNS: Final = """
    SELECT table_name, column_name FROM information_schema.columns JOIN pg_tables
      ON schemaname = table_schema AND tablename = table_name
    WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb')
"""
HOLDS: Final = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {}::text ILIKE '%canary%')")


@pytest.fixture
def planted(
    a_branch: BranchAtHand, another_branch: BranchAtHand, city: BranchAtHand
) -> BranchAtHand:
    """A branch with a canary in all that it keeps of people."""
    with unit_of_work(a_branch.scope) as session:
        clerk = add_user(
            session, email=f"{CANARY}-{uuid4().hex}@example.vn", name="Canary Clerk", password=None
        )
    scope = BranchScope(a_branch.id, clerk)
    drive_id = a_drive(a_branch, name=PUBLIC)
    shown = NewDonor(
        DonorKind.PERSON,
        "Người Được Nêu Tên",
        phone="+84900000canary",
        email=f"canary{uuid4().hex}@example.vn",
        address="12 phố Canary",
    )
    hidden = replace(shown, name="Canary Anonymous", email=f"canary{uuid4().hex}@example.vn")
    known = replace(a_gift(a_branch, donor=shown), drive_id=drive_id, note="ghi chú canary")
    unknown = replace(a_gift(a_branch, donor=hidden), drive_id=drive_id, is_anonymous=True)
    mistake = a_gift(a_branch, donor=replace(shown, name="Canary Mistake"))
    with unit_of_work(scope) as session:
        for gift in (known, unknown, mistake):
            record_donation(session, gift)
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=mistake.id, reason="Lý do canary")
        )
    plant_bank(a_branch, city)
    return a_branch


def plant_bank(branch: BranchAtHand, city: BranchAtHand) -> None:
    """An offer that was paid anonymously, and lines that nobody has claimed."""
    offer = an_offer(
        branch,
        donor_name="Canary Offerer",
        is_anonymous=True,
        dedication=Dedication.IN_MEMORY_OF,
        dedicated_to="Canary Grandmother",
        email="canary-offer@example.vn",
    )
    account_id = an_account(branch, city)
    for text in (offer.code, "canary unclaimed"):
        line = told(
            500_000, f"canary {text}", counter_name="CANARY PAYER", counter_account="1canary2"
        )
        tell(branch, account_id, [line])
    an_account(branch)  # which nobody has verified
    drain_outbox()


def columns_with_canaries(cluster: Cluster) -> dict[str, set[str]]:
    """Where the canaries sit, of all text that the database keeps."""
    found: dict[str, set[str]] = {}
    with psycopg.connect(cluster.superuser_url()) as superuser:
        superuser.execute(
            "UPDATE bank_accounts SET holder = 'CANARY HOLDER' WHERE verified_at IS NULL"
        )
        for table, column in superuser.execute(COLUMNS).fetchall():
            query = HOLDS.format(sql.Identifier(table), sql.Identifier(column))
            if superuser.execute(query).fetchone() == (True,):
                found.setdefault(table, set()).add(column)
    return found


def test_no_canary_is_told(
    application: Flask, cluster: Cluster, city: BranchAtHand, planted: BranchAtHand
) -> None:
    board = board_of(planted)
    found = columns_with_canaries(cluster)
    (drive,) = board.drives
    browser = Browser(application)
    paths = [f"/q/{planted.slug}", f"/q/{planted.slug}/dot/{drive.id}", f"/q/{city.slug}"]
    pages = [browser.open(f"{path}{lang}") for path in paths for lang in ("", "?lang=en")]
    picture = json.dumps(astuple(ShareImage.of(board, drive)))
    with psycopg.connect(cluster.superuser_url()) as superuser:
        kept = superuser.execute("SELECT content::text FROM boards WHERE content IS NOT NULL")
        contents = [row[0] for row in kept]

    assert {
        table: found.get(table, set()) & columns for table, columns in PRIVATE.items()
    } == PRIVATE
    assert "boards" not in found
    assert PUBLIC in pages[0].text
    assert "Người Được Nêu Tên" in pages[0].text
    for text in (*[page.text for page in pages], picture, *contents):
        assert CANARY not in text.lower()


def test_a_board_is_read_without_any_branch(planted: BranchAtHand) -> None:
    board = board_of(planted)

    with reading(DirectoryScope()) as session:
        people = session.connection().exec_driver_sql("SELECT count(*) FROM donors").scalar_one()

    assert people == 0
    assert board.branch.slug == planted.slug
