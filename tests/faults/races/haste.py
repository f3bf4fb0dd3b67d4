"""How it would be without our protection: no locks, no keys, no transactions.

Every statement stands by itself, and everybody hesitates between looking and acting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from random import randrange
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from village_hub.activities.service import enrolling
from village_hub.kernel import events
from village_hub.kernel.db import Base, Database, next_in
from village_hub.web import idempotency

#: Seconds in which more people look after the second one has, and how long the first one waits for the second.
HESITATION, PATIENCE = 1.0, 5
WRITES = ("INSERT", "UPDATE", "DELETE")
#: Tables whose primary key is the protection.
SLOTS = {"person_slot": "person_id", "venue_slot": "venue_id"}


def without_constraints(database: Database) -> None:
    """Take out of a database what keeps things single: unique indexes, and the keys of the half hours."""
    kind = "CHAR(32)" if database.is_sqlite else "UUID"
    with database.engine.begin() as connection:
        for index in _unique_indexes(connection):
            connection.execute(sa.text(f"DROP INDEX {index}"))
        for table, of in SLOTS.items():
            connection.execute(sa.text(f"DROP TABLE {table}"))
            connection.execute(sa.text(f"CREATE TABLE {table} ({of} {kind}, slot INTEGER, hold_id {kind})"))


@contextmanager
def unprotected(meeting_place: Path | None = None) -> Iterator[None]:
    """Write sessions of this process protect nothing; who is about to act waits in a folder for somebody else."""
    engines = dict[str, sa.Engine]()

    def write_session(database: Database) -> Any:
        if database.url not in engines:
            engines[database.url] = sa.create_engine(database.url, isolation_level="AUTOCOMMIT", pool_size=50)
        return _single_statements(database, engines[database.url])

    hasten = partial(_hasten, meeting_place)
    sa.event.listen(sa.Engine, "before_cursor_execute", hasten, retval=True, named=True)
    try:
        with (
            patch.object(Database, "write_session", write_session),
            patch.object(Session, "begin_nested", lambda _: nullcontext()),
            patch.object(events, "next_in", _unlocked),
            patch.object(idempotency, "carried", lambda: None),
            patch.object(enrolling, "_next_place", lambda *_: randrange(1, 2**31)),
        ):
            yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hasten)


def _unique_indexes(connection: sa.Connection) -> list[str]:
    """Those that are no table's constraint."""
    inspector = sa.inspect(connection)
    indexes = (each for table in inspector.get_table_names() for each in inspector.get_indexes(table))
    return [str(each["name"]) for each in indexes if each["unique"] and "duplicates_constraint" not in each]


def _hasten(
    meeting_place: Path | None, *, conn: sa.Connection, statement: str, parameters: Any, **_: object
) -> tuple[str, Any]:
    """Lock no rows; wait before the first write of a session until others have looked."""
    transaction = conn.get_transaction()
    if statement.startswith(WRITES) and conn.info.get("acting") is not transaction:
        conn.info["acting"] = transaction
        if meeting_place:
            _meet(meeting_place)
    return statement.replace(" FOR UPDATE", ""), parameters


def _meet(place: Path) -> None:
    """Wait for somebody else, of any process, who has looked too, and go on at the same instant.

    Whoever is slow would otherwise look too late.
    """
    place.mkdir(exist_ok=True)
    mine, until = place / str(uuid4()), time.time() + PATIENCE
    mine.touch()
    while len(found := list(place.iterdir())) < 2 and time.time() < until:
        time.sleep(0.01)
    together = max(map(_came_at, found)) + HESITATION
    time.sleep(max(together - time.time(), 0))
    mine.unlink()


def _came_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0  # and has left


def _unlocked(session: Session, counter: type[Base], stream: str, step: int = 1) -> int:
    return next_in(session, counter, stream, step) if step else 0


@contextmanager
def _single_statements(database: Database, engine: sa.Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        database.equip(session)
        yield session
        for finish in session.info["before_commit"]:
            finish(session)
        session.commit()
