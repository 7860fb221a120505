"""How often a password may be guessed, so that guessing is hopeless and locks out nobody else.

A browser in which the person signed in before is known by a cookie and has a budget of its own:
whoever fails on purpose spends the budget of strangers (OWASP, device cookies).
"""

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import RateLimitItemPerHour

from app.web.limits import Budget, client_address

PER_BROWSER: Final = Budget("known-browser", RateLimitItemPerHour(10))
PER_CLIENT: Final = Budget("account-and-address", RateLimitItemPerHour(10))
PER_ADDRESS: Final = Budget("address", RateLimitItemPerHour(100))
PER_ACCOUNT: Final = Budget("account", RateLimitItemPerHour(100))
AT_OWN_PASSWORD: Final = Budget("own-password", RateLimitItemPerHour(10))
KNOWN_FOR_SECONDS: Final = 180 * 86_400


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess that was counted, and in which budgets."""

    counted: tuple[tuple[Budget, str], ...]

    def was_right(self) -> None:
        """Only wrong guesses count."""
        for budget, key in self.counted:
            budget.give_back(key)


def count_guess(email: str, user_id: UUID | None) -> Guess:
    """Count a guess at the password of `email`, before it is looked at.

    `user_id` is whose address that is; budgets are the same for one that nobody has.

    Raises:
        TooMany: this browser, address or account had its guesses for now.
    """
    guess = Guess(tuple(_budgets(email.strip().lower(), user_id)))
    for budget, key in guess.counted:
        budget.take(key)
    return guess


def count_own_guess(user_id: UUID) -> Guess:
    """Count a guess at the password of the person who is signed in, before it is looked at.

    Raises:
        TooMany: there were ten wrong ones within the hour.
    """
    AT_OWN_PASSWORD.take(str(user_id))
    return Guess(((AT_OWN_PASSWORD, str(user_id)),))


def remember_browser(response: Response, user_id: UUID) -> None:
    """Know this browser when it comes again: the person has just signed in with it."""
    response.set_cookie(
        _cookie_name(),
        _signer().dumps([str(user_id), secrets.token_urlsafe(16)]),
        max_age=KNOWN_FOR_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _budgets(account: str, user_id: UUID | None) -> list[tuple[Budget, str]]:
    browser = _known_browser(user_id)
    if browser:
        return [(PER_BROWSER, browser)]
    address = client_address()
    return [
        (PER_CLIENT, f"{address} {account}"),
        (PER_ADDRESS, address),
        (PER_ACCOUNT, account),
    ]


def _known_browser(user_id: UUID | None) -> str | None:
    """The name of this browser, when the person signed in with it before."""
    shown = request.cookies.get(_cookie_name(), "")
    try:
        person, browser = _signer().loads(shown, max_age=KNOWN_FOR_SECONDS)
    except BadData:
        return None
    return str(browser) if person == str(user_id) else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="kh.known-browser")


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"
