"""Events doubled, shuffled, dropped and forged: the books equal the model to the đồng."""

import random
import secrets
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from config.local.cluster import Cluster
from tests.builders.branches import BranchAtHand
from tests.builders.cards import SECRET, CardHouse, balances
from tests.builders.consequences import drain_outbox
from tests.campaigns.card_events import Campaign
from tests.doubles.stripe.delivery import signed


def test_the_books_equal_the_model_however_badly_events_come(
    cards: CardHouse, a_branch: BranchAtHand, another_branch: BranchAtHand, cluster: Cluster
) -> None:
    seed = secrets.randbelow(2**31)
    print(f"seed {seed}")
    story = Campaign(cards, cluster, [a_branch, another_branch], random.Random(seed))

    story.run(500)

    print(dict(story.tally))
    assert story.wrong() == []
    assert story.left_behind() == []
    assert story.forged_kept() == 0
    assert story.tally["forged answered 400"] == sum(
        count for name, count in story.tally.items() if name.startswith("forged")
    )
    assert story.tally["true answered 200"] > 1_000


def test_one_event_told_five_times_at_once_is_one(cards: CardHouse, a_branch: BranchAtHand) -> None:
    cards.pay(a_branch)
    deliveries = [signed(cards.world.events[-1], SECRET)] * 5

    with ThreadPoolExecutor(5) as threads:
        statuses = list(threads.map(cards.deliver, deliveries))
    drain_outbox()

    assert statuses == [200] * 5
    query = "SELECT count(*) FROM payment_events WHERE event_id = :id"
    with reading(DirectoryScope()) as session:
        kept = session.execute(text(query), {"id": deliveries[0].event_id}).scalar_one()
    assert kept == 1
    assert balances(a_branch)["5111"] == -500_000
