"""Who may open which view: each says so with `requires` or `open_to_all`; a test asserts it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from flask_login import current_user

from app.accounts.permissions import Permission
from app.accounts.scopes import MemberScope, TokenScope
from app.kernel.errors import NotSignedIn, marked

P = ParamSpec("P")
R = TypeVar("R")

SIGN_IN_FIRST = marked(
    "Phiên làm việc đã hết. Hãy đăng nhập lại; những gì chưa gửi vẫn còn trên máy này."
)
TOKEN_FIRST = marked("Yêu cầu cần mã truy cập: Authorization: Bearer <mã>.")


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A signed-in person's view: transactions of the view act for him, in its branch, or refuse."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                raise NotSignedIn(SIGN_IN_FIRST)
            g.scope = MemberScope(current_user.id, (request.view_args or {})["slug"], permission)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def requires_token(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view for software: transactions of the view act for the bearer's token, or refuse."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            if kind.lower() != "bearer" or not token.strip():
                raise NotSignedIn(TOKEN_FIRST)
            g.scope = TokenScope(token.strip(), permission)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """A view that anybody may open."""
    view.access = None  # type: ignore[attr-defined]
    return view
