"""flask users, roles and tokens: who may come in, as what, and by which key."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.accounts.queries import (
    UserView,
    all_users,
    find_user_by_email,
    holds_role,
    tokens_of_branch,
)
from app.accounts.service import (
    activate_user,
    add_user,
    change_password,
    create_token,
    deactivate_user,
    end_role,
    grant_role,
    revoke_token,
)
from app.branches.queries import all_branches
from app.cli.arguments import Email, Name, as_json, branch_slug, email_address, role_name
from app.cli.listing import show_json, show_rows
from app.cli.operator import OPERATOR, OperatorGroup, branch_named, scope_of
from app.cli.passwords import new_password
from app.db.scope import ActorScope, DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.errors import Conflict, NotAllowed, NotFound, marked

NOBODY = marked("Không có ai dùng thư điện tử này.")

users = OperatorGroup("users", help="People who sign in.")
roles = OperatorGroup("roles", help="What people are in a branch.")
tokens = OperatorGroup("tokens", help="Keys with which software acts for a branch.")


@users.verb("add")
@email_address
@click.option("--name", required=True, type=Name())
def add(*, email: str, name: str) -> None:
    """Add a person; the password is asked for, or is the first line of what is piped in."""
    password = new_password()
    with unit_of_work(DirectoryScope()) as session:
        if any(user.email == email for user in all_users(session)):
            raise Conflict(marked("Đã có người dùng thư điện tử này."))
        add_user(session, email=email, name=name, password=password)
    click.echo(f"{email} may sign in once a role is granted.")


@users.verb("password")
@email_address
def password(*, email: str) -> None:
    """Set a new password, asked for or piped in; the person's sessions end."""
    typed = new_password()
    with unit_of_work(ActorScope(OPERATOR)) as session:
        change_password(session, user_id=_person(session, email).id, password=typed)
    click.echo(f"{email} has a new password and must sign in again.")


@users.verb("deactivate")
@email_address
def deactivate(*, email: str) -> None:
    """Shut a person out: sessions and tokens open nothing from the next request on."""
    with unit_of_work(ActorScope(OPERATOR)) as session:
        deactivate_user(session, _person(session, email).id)
    click.echo(f"{email} can no longer come in.")


@users.verb("activate")
@email_address
def activate(*, email: str) -> None:
    """Let a person who was shut out in again: by password; old tokens stay ended."""
    with unit_of_work(ActorScope(OPERATOR)) as session:
        shut_out = [one for one in all_users(session) if one.email == email and not one.is_active]
        if not shut_out:
            raise NotFound(marked("Không có ai đã bị ngừng truy cập dùng thư điện tử này."))
        activate_user(session, shut_out[0].id)
    click.echo(f"{email} may come in again.")


@users.verb("list")
@as_json
def list_users(*, as_json: bool) -> None:
    """List everybody: people, software (which never signs in), and who was deactivated."""
    with reading(DirectoryScope()) as session:
        found = [
            {
                "email": user.email,
                "name": user.name,
                "is_active": user.is_active,
                "signs_in": user.is_active and user.password_hash is not None,
            }
            for user in all_users(session)
        ]
    show_rows(found, as_json=as_json)


@roles.verb("grant")
@branch_slug
@role_name
@email_address
def grant(*, slug: str, role: str, email: str) -> None:
    """Give a person a role in a branch from now on; one that is held already stays."""
    with unit_of_work(scope_of(branch_named(slug))) as session:
        person = _person(session, email)
        if not holds_role(session, person.id, Role(role)):
            grant_role(session, user_id=person.id, role=Role(role))
    click.echo(f"{email} is {role} of {slug}.")


@roles.verb("end")
@branch_slug
@role_name
@email_address
def end(*, slug: str, role: str, email: str) -> None:
    """End a role now: the person's next request is refused."""
    with unit_of_work(scope_of(branch_named(slug))) as session:
        end_role(session, user_id=_person(session, email).id, role=Role(role))
    click.echo(f"{email} is no longer {role} of {slug}.")


@tokens.verb("create")
@branch_slug
@role_name
@click.option("--email", type=Email(), help="Whose; without it a piece of software's own.")
@click.option("--label", type=Name(), default="flask tokens create", help="What it is for.")
@as_json
def create(*, slug: str, role: str, email: str | None, label: str, as_json: bool) -> None:
    """Make an API token and print it, once: only its digest is kept."""
    with unit_of_work(scope_of(branch_named(slug))) as session:
        holder = _person(session, email).id if email else _software(session, slug, role)
        if not holds_role(session, holder, Role(role)):
            raise NotAllowed(marked("Người này không giữ vai trò đó ở đơn vị."))
        made = create_token(session, user_id=holder, role=Role(role), label=label)
    if as_json:
        show_json(made)
    else:
        click.echo(made.token)
        click.echo(f"flask tokens revoke {made.id} ends it.", err=True)


@tokens.verb("list")
@branch_slug
@as_json
def list_tokens(*, slug: str, as_json: bool) -> None:
    """List the tokens of a branch that still open it; never the tokens themselves."""
    with reading(scope_of(branch_named(slug))) as session:
        found = [
            {"id": token.id, "role": token.role, "label": token.label}
            for token in tokens_of_branch(session)
        ]
    show_rows(found, as_json=as_json)


@tokens.verb("revoke")
@click.argument("token_id", type=click.UUID)
def revoke(token_id: UUID) -> None:
    """End a token now, whichever branch it opens."""
    with reading(DirectoryScope()) as session:
        every_branch = all_branches(session)
    for branch in every_branch:
        try:
            with unit_of_work(scope_of(branch)) as session:
                revoke_token(session, token_id)
        except NotFound:
            continue
        click.echo(f"The token opens {branch.slug} no more.")
        return
    raise NotFound(marked("Không tìm thấy mã truy cập này."))


def _person(session: Session, email: str) -> UserView:
    person = find_user_by_email(session, email)
    if person is None:
        raise NotFound(NOBODY)
    return person


def _software(session: Session, slug: str, role: str) -> UUID:
    """The software that acts in this role for this branch; it can never sign in."""
    email = f"{role}@{slug}.invalid"
    known = find_user_by_email(session, email)
    if known is not None:
        return known.id
    added = add_user(session, email=email, name=f"Phần mềm ({slug})", password=None)
    grant_role(session, user_id=added, role=Role(role))
    return added
