"""Who hears which stream in this process, and how far each has been told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from village_hub.live.admission import Listener


class Pushable(Protocol):
    """A client's connection."""

    def push(self, frame: bytes) -> bool: ...

    def close(self, code: int = ..., reason: str | None = ...) -> None: ...


class Subscriber:
    """One socket with its listener and its position in every stream it hears."""

    __slots__ = ("listener", "positions", "transport")

    def __init__(self, listener: Listener, transport: Pushable) -> None:
        self.listener = listener
        self.transport = transport
        self.positions: dict[str, int] = {}


class Audience:
    """Subscribers by stream and position: those at one position get the very same frame."""

    def __init__(self) -> None:
        self.subscribers: dict[Any, Subscriber] = {}
        self._cohorts: dict[str, dict[int, set[Subscriber]]] = {}

    def join(self, subscriber: Subscriber, stream: str, seq: int) -> None:
        """Hear a stream from after `seq`, whatever was heard of it before."""
        self.leave(subscriber, stream)
        subscriber.positions[stream] = seq
        self._cohorts.setdefault(stream, {}).setdefault(seq, set()).add(subscriber)

    def leave(self, subscriber: Subscriber, stream: str) -> None:
        """Hear a stream no more."""
        seq = subscriber.positions.pop(stream, None)
        if seq is None:
            return
        cohorts = self._cohorts[stream]
        cohorts[seq].discard(subscriber)
        if not cohorts[seq]:
            del cohorts[seq]
        if not cohorts:
            del self._cohorts[stream]

    def forget(self, key: Any) -> Subscriber | None:
        """Drop a socket that is gone; returns its subscriber where there was one."""
        subscriber = self.subscribers.pop(key, None)
        for stream in list(subscriber.positions) if subscriber else ():
            self.leave(subscriber, stream)  # type: ignore[arg-type]
        return subscriber

    def streams(self) -> list[str]:
        """Every stream that somebody here hears."""
        return list(self._cohorts)

    def positions(self, stream: str) -> list[int]:
        """The positions reached in a stream, the furthest first."""
        return sorted(self._cohorts.get(stream, ()), reverse=True)

    def advance(self, stream: str, seq: int, reached: int) -> Iterator[Subscriber]:
        """Move all of one position on and give them one by one, but for those who left or went back meanwhile."""
        cohorts = self._cohorts.get(stream, {})
        moving = cohorts.pop(seq, None)
        if not moving:
            return
        cohorts.setdefault(reached, set()).update(moving)
        for subscriber in moving:
            subscriber.positions[stream] = reached
        for subscriber in list(moving):
            if subscriber.positions.get(stream) == reached:
                yield subscriber
