"""Sessions: an effect in the database."""

from celery import shared_task

from app.accounts.sessions import drop_expired_sessions
from app.db.scope import DirectoryScope
from app.db.unit_of_work import unit_of_work


@shared_task(name="accounts.drop_sessions")
def drop_sessions() -> None:
    """Forget sessions that have run out."""
    with unit_of_work(DirectoryScope()) as session:
        drop_expired_sessions(session)
