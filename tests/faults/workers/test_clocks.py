"""Clocks that go wrong while work is going on: no effect happens twice, nothing is lost, timers are a bounded time off.

One of two workers lives by a clock that jumps: 61 s ahead, an hour ahead and back, a day back, and right again. On
PostgreSQL a worker's clock moves nothing, since what is due is asked of the server. On SQLite all workers are on one
machine and believe its clock: timers that the worker ahead has set wait until their moment comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.workers import errands
from tests.faults.workers.crew import SOAK, crew
from tests.faults.workers.errands import LATER, LOOK_BACK, RUN, THANK
from tests.journeys.waiting import within

pytestmark = pytest.mark.servers
JUMPS = (61, 3600, -3600, -86400, 0)
#: Seconds of work after each jump.
WORK = 20 if SOAK else 2
#: Every timer that was set while a clock was ahead has come by then.
ALL_TIMERS = 2 * max(JUMPS)
#: An errand, and the most seconds that its writer waits for somebody else to write it too.
ERRAND, LONG = 0, 40


def test_a_clock_that_jumps_loses_and_doubles_nothing(
    own_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with crew(own_url, tmp_path / "home") as at_work:
        with at_work.load(at_once=40) as given:
            for jump in JUMPS:
                at_work.put_clock(1, jump)
                time.sleep(WORK)
        at_work.put_clock(1, ALL_TIMERS)

        assert at_work.wrong(given) == []

        waits = waited(at_work.diary)
        record_property("errands under jumping clocks", len(given))
        record_property("seconds that a timer was off, most", round(max(abs(each - LATER) for each in waits), 1))
        if not own_url.startswith("sqlite"):
            assert min(waits) > 0.8 * LATER


def test_control_who_trusts_the_own_clock_works_on_what_others_hold(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", fault="own clock") as at_work:
        errands.give(at_work.database, ERRAND, writing=LONG, waits_for_company=True)
        assert within(30, lambda: at_work.writers())
        (writer,) = at_work.writers()
        (other,) = (name for name, process in at_work.workers.items() if process != writer)
        at_work.put_clock(other, JUMPS[0])

        assert within(LONG, lambda: len(at_work.writers()) > 1)
        assert within(LONG + 30, lambda: at_work.wrong([ERRAND]) == [{THANK: {ERRAND: 2}}])


def waited(diary: Path) -> list[float]:
    """Seconds of the machine from each errand to the look back on it."""
    begun = {(each.number, each.kind): each.second for each in errands.starts(diary)}
    return [second - begun[number, RUN] for (number, kind), second in begun.items() if kind == LOOK_BACK]
