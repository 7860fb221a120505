"""The portal's parent blueprint: who is here, in which branch, with which places to go."""

from dataclasses import dataclass
from typing import NoReturn

from flask import Blueprint, g, request
from flask_babel import gettext, pgettext
from flask_login import current_user

from app.accounts.permissions import Permission, can
from app.accounts.queries import seats_of_actor
from app.accounts.scopes import STRANGER, MemberScope
from app.branches.queries import branches_called, get_branch, has_children
from app.kernel.clock import now
from app.kernel.errors import NotFound, NotSignedIn
from app.web.access import SIGN_IN_FIRST, requires
from app.web.filters import at
from app.web.labels import label
from app.web.transactions import reading

portal = Blueprint("portal", __name__, url_prefix="/b/<slug>")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in person as the page greets him."""

    name: str
    roles: str


@portal.before_request
def enter_branch() -> None:
    """Load the branch and the person's roles in it; a stranger is told that there is no such page.

    Raises:
        NotSignedIn: nobody is at the browser. NotFound: no role in this branch.
    """
    if not current_user.is_authenticated:
        raise NotSignedIn(SIGN_IN_FIRST)
    slug = (request.view_args or {})["slug"]
    with reading(MemberScope(current_user.id, slug, Permission.BRANCH_VIEW)) as session:
        g.branch = get_branch(session, slug)
        g.has_lower_branches = has_children(session, g.branch.id)
        seats = {seat.branch_slug: seat.roles for seat in seats_of_actor(session)}
        g.other_seats = branches_called(session, [other for other in seats if other != slug])
    g.roles = seats[slug]


@portal.route("/<path:rest>", methods=["GET", "POST"])
@requires(Permission.BRANCH_VIEW)
def nowhere(slug: str, rest: str) -> NoReturn:
    """An address in the branch that leads nowhere, told inside the branch, with the ways on.

    Raises:
        NotFound: always.
    """
    raise NotFound(STRANGER)


@portal.context_processor
def page_names() -> dict[str, object]:
    """What the portal's layout greets with, once the branch was entered."""
    if "branch" not in g:
        return {}
    return {
        "branch": g.branch,
        "person": Person(current_user.name, ", ".join(label(role) for role in g.roles)),
        "navigation": places(),
        "other_seats": g.other_seats,
        "printed_at": at(now()),
        "may": may,
    }


def may(permission: str) -> bool:
    """Whether the person's roles grant the permission here; for what a page offers."""
    return can(g.roles, Permission(permission))


def places() -> list[Place]:
    """Where the person may go from here."""
    root = f"/b/{g.branch.slug}/"
    wanted = [
        (gettext("Trang chính"), "", Permission.BRANCH_VIEW),
        (gettext("Ủng hộ"), "ung-ho", Permission.DONATIONS_VIEW),
        (gettext("Nhà hảo tâm"), "nha-hao-tam", Permission.DONORS_VIEW),
        (gettext("Ngân hàng"), "ngan-hang", Permission.BANK_VIEW),
        (pgettext("các quỹ", "Quỹ"), "quy", Permission.FUNDS_VIEW),
    ]
    if g.has_lower_branches:
        wanted.append((gettext("Tổng hợp"), "tong-hop", Permission.TOTALS_VIEW))
    if g.has_lower_branches and g.branch.parent_slug is None:
        verifying = (gettext("Xác nhận tài khoản"), "ngan-hang/xac-nhan")
        wanted.append((*verifying, Permission.BANK_ACCOUNTS_VERIFY))
    return [
        Place(name, root + path, is_current(root, path))
        for name, path, permission in wanted
        if can(g.roles, permission)
    ]


def is_current(root: str, path: str) -> bool:
    """Whether the present page lies under this entry."""
    return request.path == root if not path else request.path.startswith(root + path)
