"""A broker that dies between a message and its acknowledgement leaves no place taken for ever."""

from pathlib import Path
from typing import Any

import pytest
from kombu.connection import Connection
from redis import RedisError

from config.celery import QUEUE
from config.local.cluster import temporary_valkey


def test_a_message_whose_acknowledgement_is_lost_frees_its_place(tmp_path: Path) -> None:
    with temporary_valkey(tmp_path) as url:
        connection: Any = Connection(  # type: ignore[no-untyped-call]
            url, transport="worker.messages:ForgetfulTransport"
        )
        channel = connection.channel()
        channel.basic_qos(0, 1, False)
        channel.queue_declare(QUEUE)
        connection.Producer(channel).publish({}, routing_key=QUEUE)
        message = channel.basic_get(QUEUE)
        assert not channel.qos.can_consume()

    with pytest.raises(RedisError):
        message.ack()

    assert channel.qos.can_consume()
