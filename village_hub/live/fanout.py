"""Reads new signals once per process and pushes them to everybody here who hears their stream."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import gevent
from gevent.event import Event

from village_hub.kernel import signals
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import POLL, REVOKED, SIGNALS
from village_hub.kernel.signals import Signal
from village_hub.live.audience import Audience, Subscriber
from village_hub.live.protocol import event_frame

log = logging.getLogger(__name__)
Part = TypeVar("Part")

#: Streams in one query (SQLite's expressions have a depth limit), signals in one read and in one frame.
STREAMS_AT_ONCE, SIGNALS_AT_ONCE, SIGNALS_PER_FRAME = 200, 500, 50
#: Sockets written to before others get their turn.
PUSHES_AT_ONCE = 256
#: Seconds of rest after the database did not answer.
PAUSE = 0.5


class Fanout:
    """One per process. A failed push loses nothing: the client comes back with its position."""

    def __init__(self, database: Database, audience: Audience, on_revoked: Callable[[str], None]) -> None:
        self._database = database
        self._audience = audience
        self._on_revoked = on_revoked
        self._due: set[str] = set()
        self._notices: list[tuple[Subscriber, bytes]] = []
        self._wake = Event()
        self._greenlets: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Begin to listen to the doorbell and to push."""
        self._greenlets = [gevent.spawn(self._hear), gevent.spawn(self._run)]

    def stop(self) -> None:
        gevent.killall(self._greenlets)

    def catch_up(self, streams: Iterable[str]) -> None:
        """Read these streams soon: somebody joined them or they have something new."""
        self._due.update(streams)
        self._wake.set()

    def resync(self, subscriber: Subscriber, stream: str, head: int) -> None:
        """Tell a subscriber, after the answer to its request, that it must load the page anew."""
        self._notices.append((subscriber, event_frame("resync", {"stream": stream, "head": head})))
        self._wake.set()

    def _hear(self) -> None:
        while True:
            try:
                for ring in self._database.doorbell.listen(SIGNALS, REVOKED):
                    if ring is not None and ring[0] == SIGNALS:
                        self.catch_up([ring[1]])
                    elif ring is not None:
                        self._on_revoked(ring[1])
            except Exception:
                log.exception("listening to the doorbell failed; the poll carries on")
                gevent.sleep(PAUSE)

    def _run(self) -> None:
        next_look = 0.0
        while True:
            self._wake.wait(max(0.0, next_look - time.monotonic()))
            self._wake.clear()
            self._give_notices()
            due, self._due = self._due, set()
            try:
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + POLL
                    due |= self._behind()
                self._deliver(due)
            except Exception:
                log.exception("reading signals failed; they are read again")
                self._due |= due
                gevent.sleep(PAUSE)
                self._wake.set()

    def _give_notices(self) -> None:
        notices, self._notices = self._notices, []
        for subscriber, frame in notices:
            subscriber.transport.push(frame)

    def _behind(self) -> set[str]:
        """The streams whose head is beyond what somebody here was told."""
        found: set[str] = set()
        for names in _batched(self._audience.streams(), STREAMS_AT_ONCE):
            with self._database.read_session() as session:
                heads = signals.heads(session, names)
            for name, head in heads.items():
                positions = self._audience.positions(name)
                if positions and positions[-1] < head:
                    found.add(name)
        return found

    def _deliver(self, due: set[str]) -> None:
        """Serve the furthest position of every stream first (most listeners are there), then those who catch up."""
        reached = {name: self._audience.positions(name) for name in due}
        for turn in itertools.zip_longest(*([(name, seq) for seq in seqs] for name, seqs in reached.items())):
            for cohorts in _batched([cohort for cohort in turn if cohort], STREAMS_AT_ONCE):
                self._serve(dict(cohorts))

    def _serve(self, cohorts: dict[str, int]) -> None:
        with self._database.read_session() as session:
            new = signals.after(session, cohorts, SIGNALS_AT_ONCE)
        if len(new) == SIGNALS_AT_ONCE:
            self.catch_up(cohorts)
        for stream, said in itertools.groupby(new, lambda signal: signal.stream):
            self._push(stream, cohorts[stream], list(said))

    def _push(self, stream: str, seq: int, said: list[Signal]) -> None:
        frames = [_frame(stream, part) for part in _batched(said, SIGNALS_PER_FRAME)]
        for count, subscriber in enumerate(self._audience.advance(stream, seq, said[-1].seq), start=1):
            for frame in frames:
                subscriber.transport.push(frame)
            if count % PUSHES_AT_ONCE == 0:
                gevent.sleep(0)


def _frame(stream: str, said: Iterable[Signal]) -> bytes:
    told = [{"seq": each.seq, "type": each.type, "payload": each.payload} for each in said]
    return event_frame("signals", {"stream": stream, "signals": told})


def _batched(values: list[Part], size: int) -> Iterator[list[Part]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
