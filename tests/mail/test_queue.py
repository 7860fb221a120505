"""Messages before they leave: queued once, released with their paper, withdrawn, sent once more."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from app import audit
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import uuid7
from app.kernel.text import UnreadableText
from app.mail.commands import NewMessage, Resend
from app.mail.queries import count_by_state, messages_of, to_look_at
from app.mail.service import queue, release, resend, withdraw
from app.mail.states import State
from app.receipts.queries import receipt_of_donation
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give
from tests.builders.mail import (
    GREETING,
    MailServer,
    Mood,
    People,
    a_message,
    facts_of,
    send_due,
    standing,
)


def test_the_same_message_again_changes_nothing(a_branch: BranchAtHand, people: People) -> None:
    message = a_message(a_branch, people)
    again = NewMessage(
        purpose=GREETING, object_id=message.object_id, recipient=message.recipient, locale="en"
    )

    with unit_of_work(a_branch.scope) as session:
        assert not queue(session, again)
        assert not queue(session, message)

    assert len(facts_of(a_branch)) == 1
    assert standing(a_branch, message).locale == "vi"


@pytest.mark.parametrize(
    "recipient", ["lan", "Lan@Example.vn", "a@b.vn\r\nBcc: c@d.vn", "a@b.vn, c@d.vn"]
)
def test_what_is_no_clean_address_is_refused(a_branch: BranchAtHand, recipient: str) -> None:
    message = NewMessage(purpose=GREETING, object_id=uuid4(), recipient=recipient, locale="vi")

    with pytest.raises((UnreadableText, ValueError)), unit_of_work(a_branch.scope) as session:
        queue(session, message)


def test_a_message_that_waits_leaves_only_when_it_is_released(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    message = a_message(a_branch, people, state=State.WAITING)
    send_due(a_branch)
    assert server.taken == []

    with unit_of_work(a_branch.scope) as session:
        release(session, [message.object_id, uuid4()])
        release(session, [message.object_id])
    assert len(facts_of(a_branch)) == 1
    send_due(a_branch)

    assert [taken.recipient for taken in server.taken] == [message.recipient]


def test_a_receipts_mail_leaves_when_its_paper_is_there(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    gift = give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        receipt = receipt_of_donation(session, gift.id)
        people.addresses[receipt.id] = "lan@example.vn"
        message = NewMessage(
            purpose=GREETING,
            object_id=receipt.id,
            recipient="lan@example.vn",
            locale="vi",
            state=State.WAITING,
        )
        queue(session, message)

    drain_outbox()

    assert standing(a_branch, message).state is State.SENT
    assert len(server.taken) == 1


def test_a_withdrawn_message_never_leaves(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    queued = a_message(a_branch, people)
    waiting = a_message(a_branch, people, state=State.WAITING)

    with unit_of_work(a_branch.scope) as session:
        assert withdraw(session, [queued.object_id, waiting.object_id]) == 2
        release(session, [waiting.object_id])
    send_due(a_branch)

    assert server.taken == []
    assert facts_of(a_branch) == []


def test_a_person_has_a_message_sent_once_more(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    message = a_message(a_branch, people)
    send_due(a_branch)
    command = Resend(id=uuid7(), message_id=message.id)

    for _ in range(2):
        with unit_of_work(a_branch.scope) as session:
            assert resend(session, command).state is State.QUEUED
    with pytest.raises(Conflict), unit_of_work(a_branch.scope) as session:
        resend(session, Resend(id=uuid7(), message_id=message.id))
    send_due(a_branch)

    first, second = server.taken
    assert first.recipient == second.recipient
    assert first.id != second.id
    with reading(a_branch.scope) as session:
        assert [m.edition for m in messages_of(session, message.object_id)] == [1, 2]
        assert [e.action for e in audit.trail(session, command.id)] == ["messages.resent"]


def test_what_did_not_arrive_is_shown_until_it_is_sent_again(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    server.mood = lambda _: Mood.REFUSE
    message = a_message(a_branch, people)
    send_due(a_branch)

    with reading(a_branch.scope) as session:
        assert [m.id for m in to_look_at(session)] == [message.id]
        assert count_by_state(session)[State.BOUNCED] == 1
    with unit_of_work(a_branch.scope) as session:
        resend(session, Resend(id=uuid7(), message_id=message.id))
    with reading(a_branch.scope) as session:
        assert to_look_at(session) == []


def test_another_branch_sees_and_moves_nothing(
    a_branch: BranchAtHand, another_branch: BranchAtHand, people: People
) -> None:
    message = a_message(a_branch, people, state=State.WAITING)

    with unit_of_work(another_branch.scope) as session:
        release(session, [message.object_id])
        assert withdraw(session, [message.object_id]) == 0
        assert messages_of(session, message.object_id) == []
        assert session.execute(text("SELECT count(*) FROM messages")).scalar() == 0
        with pytest.raises(NotFound):
            resend(session, Resend(id=uuid7(), message_id=message.id))

    assert standing(a_branch, message).state is State.WAITING
