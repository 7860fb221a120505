"""What is typed at the command line, read as strictly as in a form."""

import re
from datetime import date
from typing import Any, Final

import click

from app.accounts.permissions import Role
from app.kernel.days import UnreadableDay, parse_day
from app.kernel.letters import printable
from app.kernel.text import UnreadableText, clean_email, clean_name, clean_phone


class Day(click.ParamType[date]):
    """A day: 2026-11-02 or 02/11/2026."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; click tells what is wrong with another text."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except UnreadableDay as error:
            self.fail(str(error), param, ctx)


class Name(click.ParamType[str]):
    """A name of a person or a branch; both stand on receipts."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, cleaned."""
        try:
            return printable(clean_name(str(value)))
        except UnreadableText as error:
            self.fail(str(error), param, ctx)


class Email(click.ParamType[str]):
    """An e-mail address."""

    name = "email"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address in small letters."""
        try:
            return clean_email(str(value)).lower()
        except UnreadableText as error:
            self.fail(str(error), param, ctx)


class Phone(click.ParamType[str]):
    """A telephone number."""

    name = "phone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number as +84912345678."""
        try:
            return clean_phone(str(value))
        except UnreadableText as error:
            self.fail(str(error), param, ctx)


class Slug(click.ParamType[str]):
    """The name of a branch in addresses."""

    name = "slug"
    pattern: Final = re.compile(r"[a-z0-9]+(-+[a-z0-9]+)*")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The slug as it was typed."""
        if not self.pattern.fullmatch(str(value)):
            self.fail(f"{value!r} is no slug: small letters, digits and hyphens.", param, ctx)
        return str(value)


ROLES: Final = click.Choice([role.value for role in Role])

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
branch_slug = click.option("--branch", "slug", required=True, type=Slug(), help="Slug of a branch.")
role_name = click.option("--role", required=True, type=ROLES)
email_address = click.option("--email", required=True, type=Email())
