"""A line may be found to be the same movement as another one, told in other words."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BEFORE = "'gift', 'recorded_gift', 'netted', 'withdrawal', 'deposit', 'fee', 'payout'"


def upgrade() -> None:
    replace_kinds(f"{BEFORE}, 'told_twice'")


def replace_kinds(kinds: str) -> None:
    """The kinds that a match may be of."""
    op.execute("ALTER TABLE bank_matches DROP CONSTRAINT bank_matches_kind_check")
    op.execute(
        f"ALTER TABLE bank_matches ADD CONSTRAINT bank_matches_kind_check CHECK (kind IN ({kinds}))"
    )


def downgrade() -> None:
    replace_kinds(BEFORE)
