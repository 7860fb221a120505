"""The task against a real server: what leaves, what is tried again, what is never repeated."""

import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import outbox
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import now
from app.mail import turns
from app.mail.delivery import Server, SmtpPost
from app.mail.letters import Letter, LetterDesk, LetterNotReady, MessageToWrite
from app.mail.rules import Outcome, Verdict
from app.mail.sending import claim, settle
from app.mail.states import State
from config.local.ports import free_port
from tests.builders.branches import BranchAtHand
from tests.builders.mail import (
    GREETING,
    MailServer,
    Mood,
    People,
    a_message,
    desk,
    facts_of,
    send_due,
    standing,
    time_passes,
)
from worker.letters import LETTERS
from worker.tasks.mail import send, send_all


def send_now(branch: BranchAtHand) -> None:
    """The task for all mail of the branch, as the relay rings it."""
    send(str(branch.id), [str(fact) for fact in facts_of(branch)])


def test_a_message_reaches_its_person(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    message = a_message(a_branch, people)

    send_due(a_branch)

    ((taken),) = server.taken
    told = standing(a_branch, message)
    assert taken.recipient == message.recipient
    assert taken.id == f"<{message.id}@[127.0.0.1]>" == told.message_id
    assert str(taken.message["To"]) == f"Bà Lan <{message.recipient}>"
    assert str(taken.message["From"]).startswith("Hội Khuyến học phường Ba Đình <khuyen-hoc@")
    assert taken.message["Subject"] == f"Lời chào {message.object_id}"
    body = taken.message.get_body(("plain",))
    assert body is not None
    said = body.get_content().replace("\r\n", "\n")
    assert said == f"Kính chào bà Lan.\n.\nThư về {message.object_id}.\n"
    assert (told.state, told.attempts, told.answer) == (State.SENT, 1, "250 2.0.0")
    assert facts_of(a_branch) == []


def test_a_task_that_runs_twice_sends_once(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    a_message(a_branch, people)
    facts = [str(fact) for fact in facts_of(a_branch)]

    send(str(a_branch.id), facts)
    send(str(a_branch.id), facts)

    assert len(server.taken) == 1


def test_two_tasks_at_once_send_once(
    application: Flask, a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    for _ in range(8):
        a_message(a_branch, people)
    facts = facts_of(a_branch)

    def run() -> None:
        with application.app_context(), SmtpPost(Server.of(server.url)) as post:
            send_all(a_branch.scope, facts, post)

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert len(server.taken) == len({taken.id for taken in server.taken}) == 8


def test_a_forged_task_of_another_branch_does_nothing(
    a_branch: BranchAtHand, another_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    message = a_message(a_branch, people)

    send(str(another_branch.id), [str(fact) for fact in facts_of(a_branch)])

    assert server.taken == []
    assert standing(a_branch, message).state is State.QUEUED
    assert len(facts_of(a_branch)) == 1


@pytest.mark.parametrize(
    ("mood", "state", "answer", "times"),
    [
        (Mood.LATER, State.QUEUED, "451 4.7.1", 0),
        (Mood.LATER_AT_END, State.QUEUED, "451 4.3.0", 0),
        (Mood.CUT_EARLY, State.QUEUED, "SMTPServerDisconnected", 0),
        (Mood.REFUSE, State.BOUNCED, "550 5.1.1", 0),
        (Mood.REFUSE_AT_END, State.BOUNCED, "554 5.7.1", 0),
        (Mood.TAKE_AND_CUT, State.QUEUED, "SMTPServerDisconnected", 1),
    ],
)
def test_what_a_hostile_server_leaves_behind(
    mood: Mood,
    state: State,
    answer: str,
    times: int,
    a_branch: BranchAtHand,
    server: MailServer,
    people: People,
) -> None:
    server.mood = lambda _: mood
    message = a_message(a_branch, people)

    send_due(a_branch)

    told = standing(a_branch, message)
    assert (told.state, told.answer, told.attempts) == (state, answer, 1)
    assert len(server.taken) == times
    assert (facts_of(a_branch) == []) is (state is State.BOUNCED)


def test_a_refused_message_is_sent_when_the_server_takes_it(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    server.mood = lambda _: Mood.LATER
    message = a_message(a_branch, people)
    for _ in range(3):
        send_due(a_branch)
        send_now(a_branch)  # Before its time: nothing is tried.
        time_passes(a_branch)
    assert len(server.asked) == standing(a_branch, message).attempts == 3

    server.mood = lambda _: Mood.TAKE
    send_due(a_branch)

    assert standing(a_branch, message).state is State.SENT
    assert len(server.taken) == 1


def test_an_unknown_outcome_is_repeated_once_after_ten_minutes_and_then_a_person_looks(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    server.mood = lambda _: Mood.TAKE_AND_CUT
    message = a_message(a_branch, people)

    send_due(a_branch)
    first = standing(a_branch, message)
    assert first.state is State.QUEUED
    assert timedelta(minutes=9) < first.due_at - now() <= timedelta(minutes=10)
    for _ in range(3):
        time_passes(a_branch)
        send_due(a_branch)

    assert standing(a_branch, message).state is State.UNKNOWN
    assert len(server.taken) == 2
    assert len({taken.id for taken in server.taken}) == 1
    assert facts_of(a_branch) == []


@pytest.mark.parametrize(
    ("mood", "verdict"),
    [(Mood.HANG_EARLY, State.QUEUED), (Mood.TAKE_AND_HANG, State.QUEUED)],
)
def test_a_server_that_hangs_holds_up_one_message_and_no_more(
    mood: Mood, verdict: State, a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    server.mood = lambda _: mood
    messages = [a_message(a_branch, people) for _ in range(5)]
    started = time.monotonic()

    with SmtpPost(Server.of(server.url), timeout=0.3) as post:
        assert send_all(a_branch.scope, facts_of(a_branch), post)

    assert time.monotonic() - started < 2
    tried = [standing(a_branch, message).attempts for message in messages]
    assert sorted(tried) == [0, 0, 0, 0, 1]


def test_a_server_that_is_away_costs_no_try_and_is_left_alone_for_a_while(
    application: Flask, a_branch: BranchAtHand, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    told = replace(application.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(application.extensions, "settings", told)
    messages = [a_message(a_branch, people) for _ in range(3)]

    send_due(a_branch)
    with unit_of_work(DirectoryScope()) as session:
        assert turns.take(session) is None
        assert turns.pause_ends(session) is not None
    time_passes(a_branch)
    with socket.socket() as silent:  # Accepts by its backlog and says nothing.
        silent.bind(("127.0.0.1", port))
        silent.listen(5)
        with SmtpPost(Server.of(told.smtp_url or ""), timeout=0.3) as post:
            assert send_all(a_branch.scope, facts_of(a_branch), post)

    for message in messages:
        view = standing(a_branch, message)
        assert (view.state, view.attempts) == (State.QUEUED, 0)
    assert len(facts_of(a_branch)) == 3


def test_the_pause_of_a_server_that_is_away_grows_to_five_minutes(a_branch: BranchAtHand) -> None:
    pauses = []
    with unit_of_work(DirectoryScope()) as session:
        turn = turns.take(session)
        assert turn is not None
        turns.give_back(session, turn, is_line_down=False)
    for _ in range(7):
        time_passes(a_branch)
        with unit_of_work(DirectoryScope()) as session:
            turn = turns.take(session)
            assert turn is not None
            turns.give_back(session, turn, is_line_down=True)
            until = turns.pause_ends(session)
        assert until is not None
        pauses.append(round((until - now()).total_seconds()))
    time_passes(a_branch)
    with unit_of_work(DirectoryScope()) as session:
        turn = turns.take(session)
        assert turn is not None
        assert turns.take(session) is None
        turns.give_back(session, turn, is_line_down=False)

    assert pauses == [15, 30, 60, 120, 240, 300, 300]


def test_a_sender_that_died_half_way_leaves_doubt(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    message = a_message(a_branch, people)
    (fact_id,) = facts_of(a_branch)
    with unit_of_work(a_branch.scope) as session:
        claimed = claim(session, fact_id, LETTERS, desk(), host="example.vn")
    assert claimed is not None

    send_now(a_branch)  # The lease runs: nobody else sends.
    assert server.taken == []
    time_passes(a_branch)
    send_due(a_branch)
    assert standing(a_branch, message).answer == "the sender ended half-way"
    with unit_of_work(a_branch.scope) as session:  # It was only frozen, and speaks too late.
        assert not settle(session, claimed, Outcome(Verdict.BOUNCED, "550"))
    time_passes(a_branch)
    send_due(a_branch)

    told = standing(a_branch, message)
    assert (told.state, told.message_id) == (State.SENT, claimed.message_id)
    assert [taken.id for taken in server.taken] == [f"<{message.id}@example.vn>"]


@pytest.mark.parametrize("address", ["moi@example.vn", None])
def test_an_address_that_changed_or_was_withdrawn_is_not_written_to(
    address: str | None, a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    message = a_message(a_branch, people)
    people.addresses[message.object_id] = address

    send_due(a_branch)

    assert server.taken == []
    assert standing(a_branch, message).state is State.WITHDRAWN
    assert facts_of(a_branch) == []


@pytest.mark.parametrize(
    ("error", "answer", "attempts"),
    [
        (LetterNotReady(), "not written: not ready", 0),
        (FileNotFoundError("lan@example.vn"), "not written: FileNotFoundError", 1),
    ],
)
def test_a_letter_that_cannot_be_written_waits(
    error: Exception,
    answer: str,
    attempts: int,
    a_branch: BranchAtHand,
    server: MailServer,
    people: People,
) -> None:
    message = a_message(a_branch, people)
    people.error = error
    send_due(a_branch)
    told = standing(a_branch, message)
    assert (told.state, told.answer, told.attempts) == (State.QUEUED, answer, attempts)

    people.error = None
    time_passes(a_branch)
    send_due(a_branch)

    assert standing(a_branch, message).state is State.SENT


def test_what_a_maker_orders_because_a_part_is_missing_is_kept(
    a_branch: BranchAtHand, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order(session: Session, message: MessageToWrite, desk: LetterDesk) -> Letter | None:
        outbox.record(session, "receipts.copy_requested", message.object_id)
        raise LetterNotReady

    def orders() -> int:
        with reading(a_branch.scope) as session:
            asked = "SELECT count(*) FROM outbox WHERE event = 'receipts.copy_requested'"
            return int(session.execute(text(asked)).scalar_one())

    monkeypatch.setitem(LETTERS, GREETING, order)
    message = a_message(a_branch, people)

    send_due(a_branch)

    assert standing(a_branch, message).answer == "not written: not ready"
    assert orders() == 1


def test_after_five_days_a_message_has_failed(
    a_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    server.mood = lambda _: Mood.LATER
    message = a_message(a_branch, people)
    with unit_of_work(a_branch.scope) as session:
        session.execute(text("UPDATE messages SET queued_at = now() - interval '6 days'"))

    send_due(a_branch)

    assert standing(a_branch, message).state is State.FAILED
    assert facts_of(a_branch) == []


def test_without_a_server_mail_is_written_to_files(
    application: Flask,
    a_branch: BranchAtHand,
    people: People,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = replace(application.extensions["settings"], smtp_url=None, home=tmp_path)
    monkeypatch.setitem(application.extensions, "settings", told)
    message = a_message(a_branch, people)

    send_due(a_branch)

    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{message.id}.eml"
    assert f"Message-ID: <{message.id}@" in file.read_text("ascii")
    assert standing(a_branch, message).state is State.SENT


def test_a_fact_of_no_message_changes_nothing(a_branch: BranchAtHand, server: MailServer) -> None:
    send(str(a_branch.id), [str(uuid4()), str(UUID(int=0))])

    assert server.taken == []
