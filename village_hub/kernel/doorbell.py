"""The doorbell: a hint that there is something to read. Losing a ring costs latency, never a fact."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import redis

log = logging.getLogger(__name__)

#: Rung when events were recorded, when jobs are due, when a stream has a new signal, when a sign-in was revoked.
EVENTS, JOBS, SIGNALS, REVOKED = "events", "jobs", "signals", "revoked"
#: Seconds without a ring after which a listener looks by itself.
POLL = 2.0
#: Seconds a process stays silent after Redis did not answer, so that a hung server slows nobody down.
PAUSE = 1.0


Patience = Callable[[], float]


def poll() -> float:
    """The patience of a listener who knows of no moment to look at."""
    return POLL


class Doorbell(Protocol):
    """Tells other processes that there is something to read."""

    def ring(self, channel: str, text: str) -> None: ...

    def listen(self, *channels: str, patience: Patience = poll) -> Iterator[tuple[str, str] | None]:
        """Yield every ring, and None whenever as many seconds passed without one as `patience()` says."""
        ...


class SilentDoorbell:
    """Rings nowhere: everything is found by polling."""

    def ring(self, channel: str, text: str) -> None:
        return

    def listen(self, *channels: str, patience: Patience = poll) -> Iterator[tuple[str, str] | None]:
        while True:
            time.sleep(patience())
            yield None


class RedisDoorbell:
    """Redis pub/sub. An unreachable server is never an error of the one who rings."""

    PREFIX = "village-hub:"

    def __init__(self, url: str) -> None:
        pool = redis.BlockingConnectionPool.from_url(url, max_connections=16, timeout=0.5, socket_timeout=0.5)
        self._rings = redis.Redis(connection_pool=pool)
        self._hears = redis.Redis.from_url(url, socket_connect_timeout=2)
        self._silent_until = 0.0

    def ring(self, channel: str, text: str) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            self._rings.publish(self.PREFIX + channel, text)
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + PAUSE
            log.warning("the doorbell did not ring: %s", error)

    def listen(self, *channels: str, patience: Patience = poll) -> Iterator[tuple[str, str] | None]:
        names = [self.PREFIX + channel for channel in channels]
        while True:
            try:
                with self._hears.pubsub(ignore_subscribe_messages=True) as heard:
                    heard.subscribe(*names)
                    yield None
                    yield from self._rings_from(heard, patience)
            except redis.RedisError as error:
                log.warning("the doorbell is away: %s", error)
                time.sleep(PAUSE)
                yield None

    def _rings_from(self, heard: redis.client.PubSub, patience: Patience) -> Iterator[tuple[str, str] | None]:
        last_look = time.monotonic()
        while True:
            message = heard.get_message(timeout=patience())
            if message is not None and message["type"] == "message":
                yield message["channel"].decode().removeprefix(self.PREFIX), message["data"].decode()
            if message is None or time.monotonic() - last_look > POLL:
                last_look = time.monotonic()
                yield None
