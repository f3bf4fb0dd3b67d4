"""Facts are numbered without gaps, and a transaction that fails leaves none."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from village_hub.kernel.db import Database
from village_hub.kernel.events import Event, RecordedEvent, lock, record
from village_hub.kernel.messages import read


@dataclass(frozen=True)
class BellRung(Event, type="test.bell_rung", stream="bell:{bell_id}"):
    bell_id: UUID
    at: datetime
    ringers: tuple[str, ...] = ()
    village_id: UUID | None = None


BELL = UUID(int=1)


def _numbers(session: Session) -> list[int]:
    query = sa.select(RecordedEvent.seq).where(RecordedEvent.stream == f"bell:{BELL}").order_by(RecordedEvent.seq)
    return list(session.scalars(query))


def test_a_fact_reads_back_as_it_was_written(own_database: Database) -> None:
    now = own_database.clock.now()
    fact = BellRung(BELL, now, ("복순", "Ann"), UUID(int=9))

    with own_database.write_session() as session:
        record(session, fact, now=now, by=UUID(int=3))

    with own_database.read_session() as session:
        row = session.scalars(sa.select(RecordedEvent)).one()
        assert read(row.type, row.payload) == fact
        assert (row.seq, row.actor, row.village, row.occurred_at) == (1, UUID(int=3), UUID(int=9), now)


def test_a_rolled_back_fact_leaves_no_gap(own_database: Database) -> None:
    now = own_database.clock.now()

    with own_database.write_session() as session:
        record(session, BellRung(BELL, now), now=now)
    with pytest.raises(ValueError), own_database.write_session() as session:
        record(session, BellRung(BELL, now), now=now)
        raise ValueError
    with own_database.write_session() as session:
        lock(session, f"bell:{BELL}")
    with own_database.write_session() as session:
        record(session, BellRung(BELL, now), now=now)

    with own_database.read_session() as session:
        assert _numbers(session) == [1, 2]


def test_many_at_once_are_numbered_one_after_the_other(own_database: Database) -> None:
    now = own_database.clock.now()

    def ring() -> None:
        for _ in range(5):
            with own_database.write_session() as session:
                record(session, BellRung(BELL, now), now=now)

    threads = [threading.Thread(target=ring) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    with own_database.read_session() as session:
        assert _numbers(session) == list(range(1, 41))


def test_a_reading_session_cannot_write(own_database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), own_database.read_session() as session:
        session.execute(sa.text("INSERT INTO signal_stream (stream, seq) VALUES ('x', 1)"))


def test_the_lock_is_what_keeps_two_from_reading_the_same_number(own_database: Database) -> None:
    """The control: counting without the lock gives two transactions the same number."""
    both_have_read = threading.Barrier(2, timeout=1)
    seen: list[int] = []

    def count() -> None:
        with own_database.read_session() as session:
            seen.append(len(_numbers(session)) + 1)
            both_have_read.wait()

    threads = [threading.Thread(target=count) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert seen == [1, 1]
