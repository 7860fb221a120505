"""The books are proved every day, and a book that is not sound is told."""

import psycopg
from structlog.testing import capture_logs

from config.local.cluster import Cluster
from tests.builders.branches import open_city, open_commune
from tests.builders.donations import give
from worker.tasks.ledger import check_books


def test_a_broken_book_is_told_of_by_its_branch(cluster: Cluster) -> None:
    branch, sound = open_commune(open_city()), open_commune(open_city())
    for each in (branch, sound):
        give(each)
    counted = f"UPDATE receipt_series SET last_number = %s WHERE branch_id = '{branch.id}'"

    with psycopg.connect(cluster.superuser_url(), autocommit=True) as superuser:
        superuser.execute(counted, [2])
        with capture_logs() as told:
            check_books()
        superuser.execute(counted, [1])

    broken = [line["branch_id"] for line in told if line["event"] == "book_broken"]
    assert str(branch.id) in broken
    assert str(sound.id) not in broken
    assert [line["log_level"] for line in told if line["event"] == "books_checked"] == ["info"]
