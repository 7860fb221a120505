"""Who holds a receipt's code reads what is left of its gift, when a part of it went back to a card."""

from importlib import import_module

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE POLICY by_possession ON donation_returns FOR SELECT
        USING (donation_id = (SELECT nullif(current_setting('app.verified_gift', true), '')::uuid))
    """)
    op.execute("DROP FUNCTION verify_receipt(text)")
    op.execute("""
        CREATE FUNCTION verify_receipt(code text)
        RETURNS TABLE (branch uuid, fiscal_year smallint, kind text, book text, number integer,
                       issued_at timestamptz, amount bigint, received_on date, is_in_kind boolean,
                       voided_at timestamptz, left_amount bigint)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE found_id uuid; gift uuid; bound text;
        BEGIN
          bound := set_config('app.verify_code', code, true);
          SELECT r.id, r.donation_id INTO found_id, gift FROM receipts r WHERE r.verify_code = code;
          bound := set_config('app.verified_receipt', coalesce(found_id::text, ''), true);
          bound := set_config('app.verified_gift', coalesce(gift::text, ''), true);
          RETURN QUERY
            SELECT r.branch_id, r.fiscal_year, r.kind, r.book, r.number, r.issued_at,
                   (r.snapshot ->> 'amount')::bigint, (r.snapshot ->> 'received_on')::date,
                   (r.snapshot ->> 'is_in_kind')::boolean, v.voided_at,
                   (SELECT b.left_amount FROM donation_returns b
                    WHERE b.branch_id = r.branch_id AND b.donation_id = r.donation_id
                    ORDER BY b.id DESC LIMIT 1)
            FROM receipts r LEFT JOIN receipt_voids v ON v.receipt_id = r.id
            WHERE r.verify_code = code;
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION verify_receipt(text)")
    import_module("migrations.versions.0007_donations").create_verify_receipt()
    op.execute("DROP POLICY by_possession ON donation_returns")
