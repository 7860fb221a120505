"""The worker's Celery: the same application as the web's, without a request.

`celery -A worker.celery_app worker` and `… beat` start here.
"""

from typing import Any

from celery import Celery, Task, signals

from app.db.base import close_connections, refuse_to_start
from app.factory import create_app
from config.celery import celery_options
from config.environment import load_settings
from config.local.tether import die_with_parent
from config.logging import configure_logging
from worker.messages import ForgetfulConsumer
from worker.schedule import SCHEDULE

settings = load_settings()
flask_app = create_app(settings)
refuse_to_start(flask_app)


class TaskInContext(Task):
    """Every task runs inside the application's context."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task's function."""
        with flask_app.app_context():
            return self.run(*args, **kwargs)


celery = Celery(
    "quy-khuyen-hoc",
    task_cls=TaskInContext,
    include=[
        "worker.relay",
        "worker.tasks.accounts",
        "worker.tasks.banking",
        "worker.tasks.boards",
        "worker.tasks.giving",
        "worker.tasks.ledger",
        "worker.tasks.mail",
        "worker.tasks.payments",
        "worker.tasks.receipts",
        "worker.tasks.rollups",
    ],
)
celery.conf.update(
    celery_options(settings),
    beat_schedule=SCHEDULE,
    broker_transport="worker.messages:ForgetfulTransport",
    worker_consumer=ForgetfulConsumer,
)


@signals.setup_logging.connect
def log_as_the_web_does(**_: Any) -> None:
    """Ids and no people in the worker's logs either."""
    configure_logging(settings)


@signals.worker_process_init.connect
def own_connections(**_: Any) -> None:
    """A forked child shares no database connection with its parent, and dies with it."""
    die_with_parent()
    with flask_app.app_context():
        close_connections(of_parent=True)
