"""What is done about a person is told in every branch where he holds a role, and nowhere else."""

from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.permissions import Role
from app.accounts.service import (
    activate_user,
    change_password,
    deactivate_user,
    end_role,
    grant_role,
)
from app.audit import trail
from app.db.scope import ActorScope, acting_for
from app.db.unit_of_work import reading, unit_of_work
from tests.builders.branches import SOMEBODY, BranchAtHand, a_member, open_city


def told(branch: BranchAtHand, person: UUID) -> list[tuple[str, UUID]]:
    """What the branch's trail says of the person: what, and by whom."""
    with reading(branch.scope) as session:
        return [(line.action, line.actor_id) for line in trail(session, person)]


def test_each_branch_of_today_is_told_once(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    person, _ = a_member(a_branch, Role.TREASURER)
    left = open_city()
    for branch, role in (
        (a_branch, Role.CHAIR),
        (another_branch, Role.CHAIR),
        (left, Role.CHAIR),
    ):
        with unit_of_work(branch.scope) as session:
            grant_role(session, user_id=person, role=role)
    with unit_of_work(left.scope) as session:
        end_role(session, user_id=person, role=Role.CHAIR)

    with unit_of_work(ActorScope(person)) as session:
        change_password(session, user_id=person, password="mat-khau-moi-va-dai")
    with unit_of_work(ActorScope(SOMEBODY)) as session:
        deactivate_user(session, person)
    with unit_of_work(ActorScope(SOMEBODY)) as session:
        activate_user(session, person)

    lines = [
        ("users.password_changed", person),
        ("users.deactivated", SOMEBODY),
        ("users.activated", SOMEBODY),
    ]
    assert told(a_branch, person) == told(another_branch, person) == lines
    assert told(left, person) == []


@pytest.mark.parametrize("is_bound", [True, False])
def test_after_telling_others_the_transaction_is_its_own_again(
    a_branch: BranchAtHand, another_branch: BranchAtHand, *, is_bound: bool
) -> None:
    bound = text("SELECT current_branch(), current_actor()")
    own = a_branch.scope if is_bound else ActorScope(SOMEBODY)

    with unit_of_work(own) as session:
        before = session.execute(bound).one()
        with acting_for(session, another_branch.scope):
            within = session.execute(bound).one()
        after = session.execute(bound).one()

    assert (within[0], after) == (another_branch.id, before)
