"""A link that did not arrive can be asked for again; one that is on its way is not sent twice."""

from dataclasses import replace

import pytest
from flask import Flask

from app.db.unit_of_work import unit_of_work
from app.donors.commands import DonorKind, NewDonor
from app.giving.own_pages import send_links
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give
from tests.builders.mail import Mood, mail_server, send_due, time_passes


def asked(branch: BranchAtHand, email: str) -> int:
    """How many letters an asking sets off."""
    with unit_of_work(branch.scope) as session:
        return send_links(session, email, locale="vi")


def test_a_link_that_bounced_is_sent_when_it_is_asked_for_again(
    application: Flask, a_branch: BranchAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(
        a_branch, a_gift(a_branch, donor=NewDonor(DonorKind.PERSON, "Lan", email="lan@example.vn"))
    )
    with mail_server() as server:
        told = replace(application.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(application.extensions, "settings", told)
        time_passes(a_branch)
        server.mood = lambda _: Mood.REFUSE
        assert [asked(a_branch, "lan@example.vn") for _ in range(2)] == [1, 0]
        send_due(a_branch)

        server.mood = lambda _: Mood.TAKE
        assert asked(a_branch, "lan@example.vn") == 1
        send_due(a_branch)
        assert asked(a_branch, "lan@example.vn") == 0

    assert [taken.recipient for taken in server.taken] == ["lan@example.vn"]
