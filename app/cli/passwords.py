"""How a command learns a password: never from its words, which the machine shows to everybody."""

import sys

import click


def new_password() -> str:
    """Asked for twice at a terminal; otherwise the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
