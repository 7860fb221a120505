"""A campaign against a hostile server: nothing lost, nothing astray, repeats only in doubt (P11).

MAIL_MESSAGES=10000 runs the large one; CHAOS_SEED=n repeats what the server does.
"""

import random
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.db.unit_of_work import reading, unit_of_work
from app.mail.delivery import Server, SmtpPost
from app.mail.envelopes import enclose
from app.mail.sending import claim
from app.mail.states import State
from bench.machine import chosen_seed, chosen_size
from tests.builders.branches import BranchAtHand
from tests.builders.mail import (
    MailServer,
    Mood,
    People,
    Taken,
    a_message,
    desk,
    facts_of,
    time_passes,
)
from worker.letters import LETTERS
from worker.tasks.mail import send_all

MESSAGES = chosen_size("MAIL_MESSAGES", 300)
A_TASK = 25
TIMEOUT_SECONDS = 0.2
# Of a thousand tries so many end so; the others are taken.
MOODS = {
    Mood.TAKE_AND_CUT: 100,
    Mood.LATER: 100,
    Mood.LATER_AT_END: 20,
    Mood.CUT_EARLY: 20,
    Mood.HANG_EARLY: 4,
    Mood.TAKE_AND_HANG: 4,
}
# Of a thousand messages so many lose their sender: before it spoke, and before it settled.
DEATHS = 20


def a_mood(chance: random.Random) -> Mood:
    """What the server does next."""
    (mood,) = chance.choices([*MOODS, Mood.TAKE], [*MOODS.values(), 1000 - sum(MOODS.values())])
    return mood


def sender_dies(
    branch: BranchAtHand, fact_id: UUID, server: MailServer, *, after_act: bool
) -> None:
    """A sender that claims, perhaps speaks, and settles nothing."""
    with unit_of_work(branch.scope) as session:
        claimed = claim(session, fact_id, LETTERS, desk(), host="example.vn")
    if claimed is None or not after_act:
        return
    letter = enclose(claimed.letter, message_id=claimed.message_id, mail_from="quy@example.vn")
    with SmtpPost(Server.of(server.url), timeout=TIMEOUT_SECONDS) as post:
        post.deliver(letter)


def send_until_done(branch: BranchAtHand, server: MailServer, chance: random.Random) -> None:
    """Task after task, as senders die and time passes, until nothing is left to send."""
    while facts := facts_of(branch):
        for fact_id in facts:
            if chance.randrange(1000) < DEATHS:
                sender_dies(branch, fact_id, server, after_act=chance.random() < 0.5)
        for start in range(0, len(facts), A_TASK):
            with SmtpPost(Server.of(server.url), timeout=TIMEOUT_SECONDS) as post:
                send_all(branch.scope, facts[start : start + A_TASK], post)
        time_passes(branch)


def stands(branch: BranchAtHand) -> Sequence[tuple[str, State, int]]:
    """Recipient, state and doubts of every message of the branch."""
    with reading(branch.scope) as session:
        rows = session.execute(text("SELECT recipient, state, unknown_count FROM messages"))
        return [(recipient, State(state), doubts) for recipient, state, doubts in rows]


def went_astray(taken: Taken, recipients: dict[str, str]) -> bool:
    """Whether a copy is somebody else's: by the line, by its head, or by what it says."""
    (to,) = taken.message["To"].addresses
    place = str(taken.message["Subject"]).rpartition(" ")[2]
    return not taken.recipient == to.addr_spec == recipients[place]


def test_a_campaign(
    a_branch: BranchAtHand, another_branch: BranchAtHand, server: MailServer, people: People
) -> None:
    seed = chosen_seed()
    chance, deaths = random.Random(seed), random.Random(seed + 1)
    server.mood = lambda _: a_mood(chance)
    recipients: dict[str, str] = {}
    for place in range(MESSAGES):
        branch = (a_branch, another_branch)[place % 2]
        message = a_message(branch, people, to=f"lan-{place}@example.vn")
        recipients[str(message.object_id)] = message.recipient

    for branch in (a_branch, another_branch):
        send_until_done(branch, server, deaths)

    found = [*stands(a_branch), *stands(another_branch)]
    copies = Counter(taken.recipient for taken in server.taken)
    lost = [each for each, state, _ in found if state is State.SENT and each not in copies]
    astray = [taken for taken in server.taken if went_astray(taken, recipients)]
    repeats, doubts = copies.total() - len(copies), sum(doubts for _, _, doubts in found)
    states = Counter(str(state) for _, state, _ in found)
    print(
        f"CHAOS_SEED={seed}: {MESSAGES} messages, {len(server.asked)} tries, {dict(states)},"
        f" {len(lost)} lost, {len(astray)} astray, {repeats} repeats, {doubts} doubts",
    )
    assert len(found) == MESSAGES
    assert set(states) <= {State.SENT, State.UNKNOWN}
    assert lost == []
    assert astray == []
    assert 0 < repeats <= doubts
    assert all(copies[each] <= 1 + doubts for each, _, doubts in found)
    assert len({(taken.recipient, taken.id) for taken in server.taken}) == len(copies)
