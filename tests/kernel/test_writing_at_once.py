"""Two processes that write at the same moment stand in line; neither is sent away, and neither overlooks the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import sqlalchemy as sa

from village_hub.kernel.db import Database, next_in
from village_hub.kernel.signals import SignalStream

#: Seconds that the second may have for getting in between.
IN_BETWEEN = 0.5


def test_who_has_read_before_writing_finds_what_was_read_unchanged(own_url: str) -> None:
    mine, yours = Database(own_url), Database(own_url)

    with ThreadPoolExecutor(1) as elsewhere, mine.write_session() as session:
        read = session.scalar(sa.select(sa.func.count()).select_from(SignalStream))
        first = next_in(session, SignalStream, "pages turned")
        written = elsewhere.submit(turn_a_page, yours)
        wait([written], IN_BETWEEN)
        assert not written.done()

    assert (read, first, written.result()) == (0, 1, 2)
    mine.dispose()
    yours.dispose()


def turn_a_page(database: Database) -> int:
    with database.write_session() as session:
        return next_in(session, SignalStream, "pages turned")
