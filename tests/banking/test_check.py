"""What the nightly proof finds: lines and book that an owner of the database made differ."""

import psycopg
import pytest

from app.banking.check import broken_identities
from app.db.unit_of_work import reading
from config.local.cluster import Cluster
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand, open_city, open_commune
from tests.builders.consequences import drain_outbox

FAULTS = {
    "a line was found to be as much as it was, and no more": (
        "UPDATE bank_matches SET undone_at = now() WHERE branch_id = %s"
    ),
    "suspense is what nobody has said anything of": (
        "UPDATE bank_lines SET open_amount = 1 WHERE branch_id = %s"
    ),
    "a gift from lines is made of its whole amount": (
        "UPDATE bank_matches SET amount = amount - 1 WHERE branch_id = %s"
    ),
    "every line stands in the book with its amount": (
        "UPDATE bank_lines SET amount = amount + 1 WHERE branch_id = %s"
    ),
}


@pytest.fixture
def spoilt() -> BranchAtHand:
    """A branch whose book no other test looks at, with a gift that a line made."""
    branch = open_commune(open_city())
    offer = an_offer(branch)
    tell(branch, an_account(branch), [told(500_000, offer.code)])
    drain_outbox()
    return branch


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_found(spoilt: BranchAtHand, cluster: Cluster, sentence: str) -> None:
    with reading(spoilt.scope) as session:
        assert broken_identities(session) == []
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as owner:
        owner.execute(FAULTS[sentence], [spoilt.id])
    with reading(spoilt.scope) as session:
        assert any(found.startswith(sentence) for found in broken_identities(session))
