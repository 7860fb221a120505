"""Messages that wait in the broker: forgotten whenever the worker connects to it.

What must be done waits in the outbox and is rung again, so messages may go. And they must: one
that cannot be read ends the connection, is handed back, and would end every later one too.
"""

from typing import Any

import structlog
from celery.worker.consumer import Consumer
from kombu.transport import redis, virtual
from redis import RedisError

from config.celery import PAPERS, QUEUE

log = structlog.get_logger()


class ForgetfulQoS(redis.QoS):
    """Counts what was handed out; a message that cannot be acknowledged any more is let go of."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge.

        Kombu keeps a message whose acknowledgement failed among those at work, for good. When all
        places are taken so, the worker asks for nothing more and never sees that the broker went.
        """
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except (RedisError, OSError):
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


class ForgetfulChannel(redis.Channel):
    """A channel to Redis with ForgetfulQoS."""

    QoS = ForgetfulQoS


class ForgetfulTransport(redis.Transport):
    """Kombu's transport for Redis, with ForgetfulChannel."""

    Channel = ForgetfulChannel


class ForgetfulConsumer(Consumer):
    """Takes messages from a broker that it has emptied first, at every new connection."""

    def connection_for_read(self, heartbeat: float | None = None) -> Any:
        """A connection that finds nothing older than itself."""
        connection = super().connection_for_read(heartbeat)
        with connection.channel() as channel:
            forget_messages(channel)
        return connection


def forget_messages(channel: Any) -> None:
    """Empty the queues, and drop what was handed out and never acknowledged."""
    # Deleted first, whatever a key holds: the purge counts, and fails at what is no list.
    channel.client.delete(
        QUEUE,
        PAPERS,
        channel.unacked_key,
        channel.unacked_index_key,
        channel.unacked_mutex_key,
    )
    for queue in (QUEUE, PAPERS):
        channel.queue_purge(queue)
    log.info("messages_forgotten")
