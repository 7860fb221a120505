"""A board shows what is left of a gift whose money went back, so the return marks it too."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Money that goes back to a card is booked with the card's own movements, maybe in another transaction.
TABLES = ("donation_returns", "donation_reversals")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"""
            CREATE TRIGGER mark_board AFTER INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION mark_board('soon')
        """)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER mark_board ON {table}")
