"""Fills the database with the demonstration, through the services; safe to repeat."""

from collections.abc import Callable

from app.accounts.queries import all_emails
from app.cli.branches import lay_books
from app.cli.demo.people import DOMAIN, PEOPLE, bring_in
from app.cli.demo.scale import Scale
from app.cli.operator import branch_named
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading

Tell = Callable[[str], object]


def has_people_of_its_own() -> bool:
    """Whether somebody may sign in here who is not of the demonstration."""
    with reading(DirectoryScope()) as session:
        return any(not email.endswith(DOMAIN) for email in all_emails(session))


def plant(scale: Scale, *, tell: Tell) -> None:
    """Bring in people."""
    for person in PEOPLE:
        lay_books(branch_named(person.slug))
        bring_in(person)
