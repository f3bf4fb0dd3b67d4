"""Who is behind a socket: the device's cookie says it at CONNECT, as it does for a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.http import parse_cookie

from village_hub.kernel.db import Database
from village_hub.live.admission import Listener
from village_hub.people import queries


def identifier(database: Database, cookie: str) -> Callable[[dict[str, Any]], Listener]:
    """A function that names the listener of a WSGI environment; a stranger where the cookie is none of ours."""

    def identify(environ: dict[str, Any]) -> Listener:
        token = parse_cookie(environ).get(cookie)
        if not token:
            return Listener()
        with database.read_session() as session:
            account = queries.identify(session, token, database.clock.now())
        return Listener(account.id, account.sign_in_id) if account else Listener()

    return identify
