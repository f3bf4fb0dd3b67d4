"""A small application around the live side, as its own process: `python stand_in.py DATABASE REDIS PORT [BROKEN]`."""

from __future__ import annotations

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

import sys
from collections.abc import Collection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from village_hub.kernel import signals
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import RedisDoorbell, SilentDoorbell
from village_hub.kernel.settings import Settings
from village_hub.live import guard, registry, server, serving
from village_hub.live.admission import Listener
from village_hub.live.transport import Limits
from village_hub.web import hub, policy, transactions


def build(database: Database, limits: Limits | None = None) -> Flask:
    """Villages are public, a person's own stream is theirs, a board belongs to whom it is not closed."""
    app = Flask("stand_in")
    app.config["SECRET_KEY"] = "only-for-tests"
    settings = Settings(environment="test", secret_key="only-for-tests", home=Path("unused"))
    app.extensions[hub.NAME] = hub.Hub(settings, database)
    transactions.init_app(app)
    app.add_url_rule("/", "home", policy.policy(policy.public)(lambda: "at home"))
    registry.register(app, registry.Stream("village", lambda _session, _person, _key: True))
    registry.register(app, registry.Stream("person", lambda _session, person, key: person == UUID(key)))
    registry.register(app, registry.Stream("board", _is_open))
    server.init_app(app, database=database, identify=identify, revoked=_revoked, limits=limits)
    policy.require_policies(app)
    return app


def identify(environ: dict[str, Any]) -> Listener:
    """The cookie says it: `who=<person>; device=<sign-in>`."""
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    who, device = cookie.get("who"), cookie.get("device")
    return Listener(UUID(who.value) if who else None, UUID(device.value) if device else None)


def _is_open(session: Session, person: UUID | None, key: str) -> bool:
    return person is not None and signals.heads(session, [f"closed:{key}"])[f"closed:{key}"] == 0


def _revoked(session: Session, devices: Collection[UUID]) -> list[UUID]:
    heads = signals.heads(session, [f"ended:{device}" for device in devices])
    return [device for device in devices if heads[f"ended:{device}"]]


def main(database_url: str, redis_url: str, port: str, broken: str = "") -> None:
    doorbell = RedisDoorbell(redis_url) if redis_url else SilentDoorbell()
    limits = Limits(connect_seconds=1.0, send_seconds=2.0)
    if broken == "limits":
        limits = Limits(10**10, 10**9, 10**10, 10**9, 10**6, 10**6)
    if broken == "guard":
        guard.Guard.start = lambda self: None  # type: ignore[method-assign]
    if broken == "rights":
        registry.Streams.may_listen = lambda *_: True  # type: ignore[method-assign]
    serving.HEAD_SECONDS = 1.0
    server.serve(build(Database(database_url, doorbell=doorbell), limits), "127.0.0.1", int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
