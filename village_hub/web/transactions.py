"""One request, one reading session, and at most one visible write transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from flask import Flask, Response, g, redirect
from sqlalchemy.orm import Session

from village_hub.web import idempotency
from village_hub.web.hub import hub


def now() -> datetime:
    """The present moment of the injected clock."""
    return hub().database.clock.now()


def read_session() -> Session:
    """This request's reading session; opened when first asked for, closed with the request."""
    if "reading" not in g:
        g.reading_context = hub().database.read_session()
        g.reading = g.reading_context.__enter__()
    return cast(Session, g.reading)


@contextmanager
def write_session() -> Iterator[Session]:
    """One transaction. A form's idempotency key is taken and answered within it."""
    end_reading()
    form = idempotency.carried()
    with hub().database.write_session() as session:
        if form:
            idempotency.claim(session, form, now=now())
        yield session
        if form:
            idempotency.answer(session, form)


def see_other(location: str) -> Response:
    """Lead on to another page after a command (303); return it inside the write transaction."""
    g.answer_location = location
    return cast(Response, redirect(location, 303))


def end_reading() -> None:
    """Give the reading session back, so that what is read next is fresh."""
    if "reading" in g:
        g.pop("reading")
        g.pop("reading_context").__exit__(None, None, None)


def init_app(app: Flask) -> None:
    """Close the reading session with its request."""
    app.teardown_appcontext(lambda _error: end_reading())
