"""Movements doubled, shuffled, dropped, forged and told again on paper: the books are the bank."""

import random
import secrets

from flask import Flask

from tests.builders.branches import BranchAtHand
from tests.campaigns.bank_events import Campaign, settle_in


def test_the_books_equal_the_model_however_badly_movements_are_told(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    seed = secrets.randbelow(2**31)
    print(f"seed {seed}")
    houses = [settle_in(application, branch) for branch in (a_branch, another_branch)]
    story = Campaign(application, houses, random.Random(seed))

    story.run(300)

    print(dict(story.tally))
    assert story.wrong() == []
    assert story.tally["dropped"] > 0
    assert story.tally["forged answered 200"] == 0
