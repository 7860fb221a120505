"""A mail server, people to greet, and the product pointed at both."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.db.unit_of_work import unit_of_work
from tests.builders.branches import BranchAtHand
from tests.builders.mail import GREETING, MailServer, People, mail_server, time_passes
from worker.letters import LETTERS


@pytest.fixture
def free_line(a_branch: BranchAtHand) -> Iterator[None]:
    """No test waits for the pause that another gave the server, or leaves mail for another."""
    time_passes(a_branch)
    yield
    with unit_of_work(a_branch.scope) as session:
        session.execute(text("DELETE FROM outbox WHERE event = 'mail.queued'"))


@pytest.fixture
def people(free_line: None, monkeypatch: pytest.MonkeyPatch) -> People:
    """People whose letters go through the table of the worker."""
    people = People()
    monkeypatch.setitem(LETTERS, GREETING, people.greet)
    return people


@pytest.fixture
def server(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server that takes everything unless told otherwise, and SMTP_URL names it."""
    with mail_server() as server:
        told = replace(application.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(application.extensions, "settings", told)
        yield server
