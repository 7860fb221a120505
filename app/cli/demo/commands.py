"""flask demo: fill an empty database, and say how to sign in to it."""

from typing import Final

import click
from flask import current_app

from app.cli.arguments import as_json
from app.cli.banks import feed_row
from app.cli.demo.banks import demo_feeds, feed_secret
from app.cli.demo.people import PEOPLE, working_token
from app.cli.demo.scale import FULL
from app.cli.demo.seed import has_people_of_its_own, plant
from app.cli.listing import show_json, show_rows
from app.cli.operator import OperatorGroup
from app.kernel.errors import NotAllowed, marked
from config.settings import Settings

NO_DEMO: Final = marked("Hệ thống chạy thật không có dữ liệu trình diễn.")

demo = OperatorGroup("demo", help="The demonstration's data and its people.")


@demo.verb("seed")
def seed() -> None:
    """Fill the database with the demonstration; one with people of its own is left alone.

    A seeding that was broken off goes on where it stopped.
    """
    settings = _settings_of_demonstration()
    if has_people_of_its_own():
        click.echo("This database has people of its own; nothing was seeded.")
        return
    if not settings.is_demo:
        raise click.ClickException("Seeding needs KH_DEMO=1: the demo's passwords are public.")
    plant(FULL, tell=click.echo)


@demo.verb("users")
@as_json
def users(*, as_json: bool) -> None:
    """Print how the demonstration's people sign in."""
    settings = _settings_of_demonstration()
    if as_json:
        show_json(
            {
                person.key: {
                    "email": person.email,
                    "password": person.password,
                    "name": person.name,
                    "branch": person.slug,
                    "role": person.role.value,
                }
                for person in PEOPLE
            },
        )
        return
    click.echo(f"Sign in at {settings.public_url}/dang-nhap as")
    rows = [{"who": p.key, "e-mail": p.email, "password": p.password} for p in PEOPLE]
    show_rows(rows, as_json=False)


@demo.verb("tokens")
@as_json
def tokens(*, as_json: bool) -> None:
    """Print API tokens of the same people; they stay the same as long as SECRET_KEY does."""
    secret_key = _settings_of_demonstration().secret_key
    found = {person.key: working_token(person, secret_key) for person in PEOPLE}
    if as_json:
        show_json(found)
    else:
        show_rows([{"who": key, "token": token} for key, token in found.items()], as_json=False)


@demo.verb("feeds")
@as_json
def feeds(*, as_json: bool) -> None:
    """Print where the demonstration's aggregators knock, and what they sign with."""
    secret = feed_secret(_settings_of_demonstration().secret_key)
    show_rows([feed_row(feed) | {"secret": secret} for feed in demo_feeds()], as_json=as_json)


def _settings_of_demonstration() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production:
        raise NotAllowed(NO_DEMO)
    return settings
