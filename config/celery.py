"""Celery's options. Celery is the bell; the queue is the outbox table.

A lost message costs time, never money. The figures come from failure experiments: a task that is
acknowledged late and rejected when its process dies runs again, and the visibility timeout is
twice the hard time limit, so that a task still running is not handed out a second time.
"""

from typing import Any

from config.settings import Settings

QUEUE = "kh"
PAPERS = "kh-papers"  # slow work, taken only when nothing waits in QUEUE
HARD_LIMIT_SECONDS = 300
SOFT_LIMIT_SECONDS = 240
VISIBILITY_SECONDS = 600
CONNECT_SECONDS = 2
ANSWER_SECONDS = 4


def celery_options(settings: Settings) -> dict[str, Any]:
    """Return what `Celery.conf.update` takes; `settings.redis_url` must be known."""
    return _messages(settings) | _broker(settings) | _worker()


def _messages(settings: Settings) -> dict[str, Any]:
    """JSON only and no results: a task's effect is a row, and nobody waits for an answer."""
    return {
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "result_accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "result_backend": None,
        "task_default_queue": QUEUE,
        "task_queues": {QUEUE: {}, PAPERS: {}},
        "task_routes": {"receipts.*": {"queue": PAPERS}, "mail.*": {"queue": PAPERS}},
        "task_create_missing_queues": False,
        "timezone": "Asia/Ho_Chi_Minh",
        "enable_utc": True,
        "worker_proc_alive_timeout": 20.0,
        "beat_schedule_filename": str(settings.home / "run" / "beat-schedule"),
    }


def _broker(settings: Settings) -> dict[str, Any]:
    """Redis or Valkey. The shortest visibility timeout wins, so all three places say the same."""
    return {
        "broker_url": settings.redis_url,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_SECONDS,
            "global_keyprefix": "kh:",
            "queue_order_strategy": "priority",
            "socket_timeout": ANSWER_SECONDS,
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_keepalive": True,
            "health_check_interval": 15,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.5,
        },
        "result_backend_transport_options": {"visibility_timeout": VISIBILITY_SECONDS},
        "visibility_timeout": VISIBILITY_SECONDS,
        "broker_connection_timeout": CONNECT_SECONDS,
        "broker_connection_retry": True,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_pool_limit": 4,
        "task_publish_retry": False,
    }


def _worker() -> dict[str, Any]:
    """One message at a time, given back when its process dies."""
    return {
        "task_acks_late": True,
        "task_acks_on_failure_or_timeout": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": HARD_LIMIT_SECONDS,
        "task_soft_time_limit": SOFT_LIMIT_SECONDS,
        "worker_max_tasks_per_child": 500,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_soft_shutdown_timeout": 3.0,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
    }
