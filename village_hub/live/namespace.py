"""The one namespace, read-only: subscribe and unsubscribe. Commands go by HTTP, where CSRF, limits and audit apply."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from socketio import Namespace
from socketio.exceptions import ConnectionRefusedError as Refused

from village_hub.kernel.db import Database
from village_hub.live.admission import MOST_STREAMS, Listener, admit, wanted
from village_hub.live.audience import Audience, Subscriber
from village_hub.live.fanout import Fanout
from village_hub.live.protocol import NAMESPACE
from village_hub.live.registry import Streams
from village_hub.live.transport import TRANSPORT

log = logging.getLogger(__name__)

#: Who is behind a request, by its WSGI environment.
Identify = Callable[[dict[str, Any]], Listener]


class LiveNamespace(Namespace):
    """Keeps the audience: who is connected, as whom, listening to what."""

    def __init__(
        self, database: Database, streams: Streams, audience: Audience, fanout: Fanout, identify: Identify
    ) -> None:
        super().__init__(NAMESPACE)
        self._database = database
        self._streams = streams
        self._audience = audience
        self._fanout = fanout
        self._identify = identify

    def on_connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """Whoever comes is let in as who they are; what they may hear is asked per stream."""
        transport = environ.get(TRANSPORT)
        if transport is None:
            raise Refused("sockets are served by another process")
        try:
            listener = self._identify(environ)
        except Exception:
            log.exception("a listener could not be identified")
            raise Refused("try again") from None
        self._audience.subscribers[sid] = Subscriber(listener, transport)
        transport.admitted()

    def on_disconnect(self, sid: str, reason: str) -> None:
        subscriber = self._audience.forget(sid)
        if subscriber is not None:
            subscriber.transport.expect_connect()  # type: ignore[attr-defined]

    def on_subscribe(self, sid: str, data: object = None, *_: object) -> dict[str, Any]:
        """Answer at once what is accepted; what was missed follows by itself."""
        subscriber = self._audience.subscribers[sid]
        try:
            positions = wanted(data.get("positions") if isinstance(data, dict) else None)
        except ValueError as error:
            return {"accepted": {}, "refused": [], "error": str(error)}
        if len(subscriber.positions.keys() | positions.keys()) > MOST_STREAMS:
            return {"accepted": {}, "refused": list(positions), "error": f"at most {MOST_STREAMS} streams"}
        with self._database.read_session() as session:
            admission = admit(session, self._streams, subscriber.listener.person_id, positions)
        for stream in admission.refused:
            self._audience.leave(subscriber, stream)
        for stream, seq in admission.start.items():
            self._audience.join(subscriber, stream, seq)
        for stream, head in admission.outdated.items():
            self._fanout.resync(subscriber, stream, head)
        self._fanout.catch_up(admission.start)
        return {"accepted": admission.accepted, "refused": admission.refused}

    def on_unsubscribe(self, sid: str, data: object = None, *_: object) -> None:
        subscriber = self._audience.subscribers[sid]
        streams = data.get("streams") if isinstance(data, dict) else None
        for stream in streams if isinstance(streams, list) else ():
            if isinstance(stream, str):
                self._audience.leave(subscriber, stream)
