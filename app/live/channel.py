"""Carries presence and typing between live processes through Redis.

Only what is volatile travels here; what happened is read from the event log by each process. Publishing is done by a
thread of its own with a short patience: a Redis that hangs or dies costs presence, never a request.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any

import orjson

log = logging.getLogger("beffroi.live")
NAME = "beffroi:live"
PATIENCE = 1.0
"""Seconds to wait for Redis."""

Hear = Callable[[str, dict[str, Any]], None]


class Channel:
    """One process's end of the channel."""

    def __init__(self, url: str, hear: Hear) -> None:
        self.process = uuid.uuid4().hex
        self._url = url
        self._hear = hear
        self._outbox: Queue[bytes] = Queue(maxsize=1000)
        self._stopping = threading.Event()

    def start(self) -> None:
        """Publish and listen until `stop`."""
        self._stopping.clear()
        for work in (self._publish, self._listen):
            threading.Thread(target=self._persist, args=(work,), name=f"live{work.__name__}", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def publish_presence(self, room: str, members: list[int]) -> None:
        self.publish({"kind": "presence", "room": room, "members": members})

    def publish(self, said: dict[str, Any]) -> None:
        """Say something to the other processes, soon or never; returns at once."""
        with suppress(Full):
            self._outbox.put_nowait(orjson.dumps({**said, "process": self.process}))

    def _persist(self, work: Callable[[Any], None]) -> None:
        import redis

        while not self._stopping.is_set():
            try:
                with redis.Redis.from_url(
                    self._url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
                ) as client:
                    work(client)
            except (redis.RedisError, OSError) as error:
                log.warning("live channel: %s", error)
                self._stopping.wait(PATIENCE)

    def _publish(self, client: Any) -> None:
        while not self._stopping.is_set():
            with suppress(Empty):
                client.publish(NAME, self._outbox.get(timeout=PATIENCE))

    def _listen(self, client: Any) -> None:
        with client.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.subscribe(NAME)
            while not self._stopping.is_set():
                message = subscription.get_message(timeout=PATIENCE / 2)
                if message:
                    said = orjson.loads(message["data"])
                    if (process := said.pop("process")) != self.process:
                        self._hear(process, said)
