"""The disk under the database is full for a while: what was acknowledged is there, and work goes on without a restart.

Errands are given until writing is refused again and again; then somebody makes room. Those that were acknowledged must
all be done once, by the same processes as before; those that were refused must not be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.workers import errands
from tests.faults.workers.crew import Crew, crew
from tests.faults.workers.disk import Disk, disk
from tests.journeys.waiting import within
from village_hub.kernel.errors import NoRoom

pytestmark = pytest.mark.servers
#: Errands that are tried while the disk is full, and refusals after which it is believed to be.
TRIES, REFUSALS = 300, 5


def test_a_full_disk_loses_nothing_acknowledged_and_needs_no_restart(own_url: str, tmp_path: Path) -> None:
    with disk() as small, moved_to(small, own_url) as url, crew(url, tmp_path / "home") as at_work:
        with at_work.load() as given:
            assert within(30, lambda: len(given) > 20)
        same = dict(at_work.workers)

        small.fill(same.values())
        refused = give_until_refused(at_work, given, TRIES if small.is_mounted else TRIES // 10)
        small.empty(same.values())
        given.append(len(given) + len(refused))
        errands.give(at_work.database, given[-1])

        assert at_work.wrong(given) == []
        assert at_work.workers == same
        if small.is_mounted:
            assert len(refused) == REFUSALS
            assert at_work.wrong([*given, *refused]), "the check sees what is not there"


def give_until_refused(at_work: Crew, given: list[int], tries: int) -> list[int]:
    """Give errands until there is no room for them; those that were refused."""
    refused: list[int] = []
    for number in range(len(given), len(given) + tries):
        try:
            errands.give(at_work.database, number)
            given.append(number)
        except NoRoom:
            refused.append(number)
        if len(refused) == REFUSALS:
            break
    return refused


@contextmanager
def moved_to(small: Disk, url: str) -> Iterator[str]:
    """The database on the small disk while the block runs."""
    if url.startswith("sqlite"):
        target = small.folder / "own.sqlite3"
        shutil.copy(url.removeprefix("sqlite:///"), target)
        yield f"sqlite:///{target}"
        target.unlink()
        return
    name, cluster = sa.make_url(url).database, Path(str(sa.make_url(url).query["host"]))
    space = small.folder / "space"
    space.mkdir()
    if os.geteuid() == 0:
        os.chown(space, cluster.stat().st_uid, cluster.stat().st_gid)
    server = sa.create_engine(sa.make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLESPACE small LOCATION '{space}'")
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET TABLESPACE small')
        try:
            yield url
        finally:
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET TABLESPACE pg_default')
            connection.exec_driver_sql("DROP TABLESPACE small")
    server.dispose()
    space.rmdir()
