"""The table of states, held by the verbs that move messages, over the whole matrix."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from app.db.unit_of_work import reading, unit_of_work
from app.mail import rules
from app.mail.rules import Next, Tried, Verdict, after
from app.mail.sending import LEASE_SECONDS, Hand
from app.mail.states import FINAL, NEEDS_A_LOOK, TRANSITIONS, State
from config.celery import HARD_LIMIT_SECONDS
from tests.builders.branches import BranchAtHand
from tests.builders.mail import People, a_message, facts_of, standing

NO_SUCH_TRY = Tried(attempts=1, doubts=0, is_old=False)


def put_into(branch: BranchAtHand, message_id: UUID, state: State) -> None:
    """Bring a message into a state past the table."""
    with unit_of_work(branch.scope) as session:
        session.execute(
            text(
                "UPDATE messages SET state = :state, queued_at = now(),"
                " lease = CASE WHEN :state = 'sending' THEN gen_random_uuid() END,"
                " sent_at = CASE WHEN :state = 'sent' THEN now() END WHERE id = :id",
            ),
            {"state": state.value, "id": message_id},
        )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", [state for state in State if state is not State.SENDING])
def test_a_message_moves_as_the_table_says_and_not_otherwise(
    state: State, to: State, a_branch: BranchAtHand, people: People
) -> None:
    message = a_message(a_branch, people)
    (fact_id,) = facts_of(a_branch)
    put_into(a_branch, message.id, state)

    def move() -> None:
        with unit_of_work(a_branch.scope) as session:
            row = session.execute(
                text("SELECT * FROM messages WHERE id = :id"), {"id": message.id}
            ).one()
            Hand(session, fact_id, row).move(Next(to))

    if to in TRANSITIONS[state]:
        move()
    else:
        with pytest.raises(NoResultFound):
            move()

    reached = to in TRANSITIONS[state]
    assert standing(a_branch, message).state is (to if reached else state)
    assert facts_of(a_branch) == ([] if reached and to in FINAL else [fact_id])


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    reached = {State.WAITING}.union(*TRANSITIONS.values())

    assert set(TRANSITIONS) == reached == set(State)
    assert NEEDS_A_LOOK < FINAL


def test_the_database_knows_the_same_states(a_branch: BranchAtHand) -> None:
    with reading(a_branch.scope) as session:
        said = session.execute(
            text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conname = 'messages_state_check'",
            ),
        ).scalar_one()

    assert sorted(part.split("'")[1] for part in said.split("ARRAY[")[1].split(", ")) == sorted(
        State
    )


@pytest.mark.parametrize(
    ("verdict", "tried", "follows"),
    [
        (Verdict.SENT, NO_SUCH_TRY, Next(State.SENT)),
        (Verdict.BOUNCED, NO_SUCH_TRY, Next(State.BOUNCED)),
        (Verdict.UNTRIED, Tried(400, 1, is_old=True), Next(State.QUEUED, 15)),
        (Verdict.DEFERRED, Tried(1, 0, is_old=False), Next(State.QUEUED, 60)),
        (Verdict.DEFERRED, Tried(4, 0, is_old=False), Next(State.QUEUED, 480)),
        (Verdict.DEFERRED, Tried(130, 0, is_old=False), Next(State.QUEUED, 3600)),
        (Verdict.DEFERRED, Tried(130, 0, is_old=True), Next(State.FAILED)),
        (Verdict.UNKNOWN, Tried(1, 1, is_old=True), Next(State.QUEUED, 600)),
        (Verdict.UNKNOWN, Tried(9, 2, is_old=False), Next(State.UNKNOWN)),
    ],
)
def test_what_follows_from_an_end(verdict: Verdict, tried: Tried, follows: Next) -> None:
    assert after(verdict, tried) == follows
    assert follows.state in TRANSITIONS[State.SENDING]


def test_a_sender_whose_lease_ran_out_is_dead() -> None:
    assert LEASE_SECONDS >= HARD_LIMIT_SECONDS


def test_five_days_of_tries_lie_between_the_first_and_giving_up() -> None:
    tries = [rules.pause(attempt) for attempt in range(1, 130)]

    assert tries == sorted(tries)
    assert sum(tries) > rules.GIVE_UP_DAYS * 86_400
