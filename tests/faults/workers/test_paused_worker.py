"""Leases: who gives no sign of life loses the job, who does keeps it, and who wakes up too late changes nothing.

A letter is under way when its worker is stopped; another one takes the job over and settles it; then the first wakes
up. A letter that takes longer than a lease keeps its writer for as long as it is being written.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.workers import errands
from tests.faults.workers.crew import Crew, crew
from tests.faults.workers.errands import RUN, THANK
from tests.journeys.waiting import within
from workers import actor

pytestmark = pytest.mark.servers
ERRAND, LEASE, WRITING = 0, 2, 1.5
#: Seconds of a letter that takes longer than a worker may be silent.
LONG = actor.LEASE + 4


def test_who_wakes_up_after_the_lease_changes_nothing(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", lease=LEASE) as at_work:
        one_sleeps_while_another_works(at_work)

        assert within(20, lambda: "was taken over" in at_work.words())
        assert at_work.wrong([ERRAND]) == []


@pytest.mark.once
def test_control_without_the_fence_both_have_written_the_letter(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", lease=LEASE, fault="no fence") as at_work:
        one_sleeps_while_another_works(at_work)

        assert within(20, lambda: at_work.wrong([ERRAND]) == [{THANK: {ERRAND: 2}}])


def test_a_long_letter_keeps_its_living_writer(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home") as at_work:
        errands.give(at_work.database, ERRAND, writing=LONG)

        assert within(LONG + 30, lambda: THANK not in missing(at_work))
        assert len(at_work.writers()) == 1
        assert at_work.wrong([ERRAND]) == []


@pytest.mark.once
def test_control_without_a_sign_of_life_somebody_else_writes_it_too(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", fault="no extension") as at_work:
        errands.give(at_work.database, ERRAND, writing=LONG)

        assert within(LONG + 30, lambda: len(at_work.writers()) > 1)


def one_sleeps_while_another_works(at_work: Crew) -> None:
    """Stop whoever writes the letter until somebody else has written it."""
    errands.give(at_work.database, ERRAND, writing=WRITING)
    assert within(20, lambda: RUN not in missing(at_work) and at_work.writers())
    (sleeper,) = at_work.writers()
    at_work.pause(sleeper)
    assert within(30, lambda: THANK not in missing(at_work))
    assert at_work.writers() != [sleeper]
    at_work.wake(sleeper)


def missing(at_work: Crew) -> dict[str, dict[int, int]]:
    """What has not been done yet."""
    return errands.wrong(at_work.database, [ERRAND], at_work.letters)
