"""Rights do not end at CONNECT: sign-ins and every right to listen are asked again, all the time."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Collection
from uuid import UUID

import gevent
from gevent.event import Event
from sqlalchemy.orm import Session
from wsproto.frame_protocol import CloseReason

from village_hub.kernel.db import Database
from village_hub.live.audience import Audience, Subscriber
from village_hub.live.registry import Streams

log = logging.getLogger(__name__)

#: Seconds between two rounds; with a round's own length it stays below five.
EVERY = 4.0
#: Questions asked in one reading session before others get their turn.
AT_ONCE = 100
#: Seconds of rest after a round, so that many rings are one round.
PAUSE = 0.1

#: Of these sign-ins, which are (no longer) valid.
Revoked = Callable[[Session, Collection[UUID]], Collection[UUID]]


class Guard:
    """Drops sockets whose sign-in was revoked or whose listener lost a right; they come back as who they are now."""

    def __init__(self, database: Database, audience: Audience, streams: Streams, revoked: Revoked) -> None:
        self._database = database
        self._audience = audience
        self._streams = streams
        self._revoked = revoked
        self._wake = Event()
        self._greenlet: gevent.Greenlet | None = None

    def start(self) -> None:
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        if self._greenlet is not None:
            self._greenlet.kill()

    def look_now(self, _text: str = "") -> None:
        """Somebody rang: a sign-in or a right ended."""
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait(EVERY)
            self._wake.clear()
            try:
                self._drop_revoked()
                self._drop_without_right()
            except Exception:
                log.exception("asking for rights failed; they are asked again")
            gevent.sleep(PAUSE)

    def _drop_revoked(self) -> None:
        by_session: dict[UUID, list[Subscriber]] = {}
        for subscriber in self._audience.subscribers.values():
            if subscriber.listener.session_id is not None:
                by_session.setdefault(subscriber.listener.session_id, []).append(subscriber)
        ids = list(by_session)
        for start in range(0, len(ids), AT_ONCE):
            with self._database.read_session() as session:
                ended = self._revoked(session, ids[start : start + AT_ONCE])
            for session_id in ended:
                for subscriber in by_session[session_id]:
                    subscriber.transport.close(CloseReason.POLICY_VIOLATION, "signed out")
            gevent.sleep(0)

    def _drop_without_right(self) -> None:
        """A thousand strangers on one public stream are one question."""
        who: dict[tuple[UUID | None, str], list[Subscriber]] = {}
        for subscriber in self._audience.subscribers.values():
            for stream in subscriber.positions:
                who.setdefault((subscriber.listener.person_id, stream), []).append(subscriber)
        questions = iter(who)
        while part := list(itertools.islice(questions, AT_ONCE)):
            with self._database.read_session() as session:
                refused = [each for each in part if not self._streams.may_listen(session, *each)]
            for question in refused:
                for subscriber in who[question]:
                    subscriber.transport.close(CloseReason.POLICY_VIOLATION, "no longer allowed")
            gevent.sleep(0)
