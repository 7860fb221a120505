"""What migrations build with: a tenant table is made right or not at all. Append-only file.

Every table that belongs to a branch is created by `create_branch_table`; it gets forced row-level
security, the one policy, a composite key and only the grants it names.
"""

from alembic import op

POLICY = "branch_id = (SELECT current_branch())"


def app_role() -> str:
    """Name of the application's database role, quoted."""
    name = str(op.get_context().opts["app_role"])
    return '"' + name.replace('"', '""') + '"'


def create_branch_table(name: str, body: str, *, grants: str) -> None:
    """Create tenant table `name` with columns `body`; the application gets `grants` and no more.

    `body` must name a primary key that starts with branch_id.
    """
    if "PRIMARY KEY (branch_id" not in body:
        message = f"{name}: the primary key of a tenant table starts with branch_id"
        raise ValueError(message)
    op.execute(f"CREATE TABLE {name} (branch_id uuid NOT NULL DEFAULT current_branch(), {body})")
    isolate_by_branch(name)
    op.execute(f"GRANT {grants} ON {name} TO {app_role()}")


def isolate_by_branch(name: str) -> None:
    """Show and accept rows of the current branch alone, for the owner too."""
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_branch ON {name} USING ({POLICY}) WITH CHECK ({POLICY})")


def forbid_changes(name: str) -> None:
    """Make `name` append-only: besides the missing grants a trigger refuses UPDATE and DELETE."""
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    )
