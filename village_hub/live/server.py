"""Sockets for an application: `init_app` wires them, `serve` runs them with the pages on one port."""

from __future__ import annotations

import signal
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import gevent
from flask import Flask
from flask_socketio import SocketIO
from wsproto.frame_protocol import CloseReason

from village_hub.kernel.db import Database
from village_hub.live import registry, resume
from village_hub.live.audience import Audience
from village_hub.live.entrance import PATH, Entrance, is_same_host
from village_hub.live.fanout import Fanout
from village_hub.live.guard import Guard, Revoked
from village_hub.live.namespace import Identify, LiveNamespace
from village_hub.live.protocol import is_heard
from village_hub.live.serving import Server
from village_hub.live.transport import Limits, WebSocket

NAME = "live"
#: Seconds between two pings, and within which one is answered.
PING_EVERY, PING_WITHIN = 25, 20
#: Sockets of one process; more are sent to another one.
MOST_SOCKETS = 20_000
#: Seconds that answers under way are given when the server stops.
GRACE = 2.0


@dataclass
class Live:
    """The live side of one application."""

    socketio: Any
    audience: Audience
    fanout: Fanout
    guard: Guard

    def start(self) -> None:
        """Begin to push; only the process that holds sockets does."""
        self.fanout.start()
        self.guard.start()

    def stop(self) -> None:
        """Send everybody away in peace; they come back to another process and miss nothing."""
        self.guard.stop()
        self.fanout.stop()
        for subscriber in list(self.audience.subscribers.values()):
            subscriber.transport.close(CloseReason.GOING_AWAY, "restarting")


def init_app(
    app: Flask,
    *,
    database: Database,
    identify: Identify,
    revoked: Revoked,
    allowed_origins: Collection[str] = (),
    limits: Limits | None = None,
) -> Live:
    """Add the namespace, `GET /signals` and the transport; nothing runs before `serve`."""
    limits = limits or Limits()
    streams, audience = registry.of(app), Audience()
    pages = app.wsgi_app
    socketio = SocketIO(
        app,
        path=PATH,
        async_mode="gevent",
        async_handlers=False,
        cors_allowed_origins=partial(_is_allowed, frozenset(each.rstrip("/") for each in allowed_origins)),
        manage_session=False,
        max_http_buffer_size=limits.message_bytes,
        ping_interval=PING_EVERY,
        ping_timeout=PING_WITHIN,
        transports=["websocket"],
    )
    engine = socketio.server.eio
    engine._async = engine._async | {"websocket": lambda handler, _server: WebSocket(handler, limits, is_heard)}
    app.wsgi_app = Entrance(pages, app.wsgi_app, lambda: len(engine.sockets) >= MOST_SOCKETS)  # type: ignore[method-assign]
    guard = Guard(database, audience, streams, revoked)
    fanout = Fanout(database, audience, guard.look_now)
    socketio.server.register_namespace(LiveNamespace(database, streams, audience, fanout, identify))
    app.register_blueprint(resume.blueprint(identify))
    app.extensions[NAME] = live = Live(socketio, audience, fanout, guard)
    return live


def serve(app: Flask, host: str, port: int, *, grace: float = GRACE) -> None:
    """Serve pages and sockets until SIGTERM or SIGINT; answers under way are finished."""
    live = cast(Live, app.extensions[NAME])
    server = Server((host, port), app)

    def stop() -> None:
        server.close()
        live.stop()
        server.stop(grace)

    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: gevent.spawn(stop))
    live.start()
    server.serve_forever(stop_timeout=grace)


def _is_allowed(allowed: Collection[str], origin: str | None, environ: dict[str, Any]) -> bool:
    return is_same_host(origin, environ, allowed)
