"""Web and worker asked to end, one after the other, in full swing: no action fails, and no signal is lost.

Answers under way are finished, sockets are sent away in peace, and jobs that do not end in time are done by the next.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.workers.crew import SOAK
from tests.faults.workers.village import Village, tell, village
from tests.journeys.city import City
from tests.journeys.waiting import within

pytestmark = pytest.mark.servers
RESTARTS, PAGES = (10, 200) if SOAK else (3, 20)


def test_rolling_restarts_fail_no_action_and_lose_no_signal(
    own_url: str, tmp_path: Path, city: City, record_property: Callable[[str, object], None]
) -> None:
    with village(own_url, tmp_path / "home", city) as ours:
        with ours.in_full_swing(PAGES):
            for _ in range(RESTARTS):
                for name in ("worker", "web"):
                    ours.acts_on(4)
                    restart(ours, name)
            ours.acts_on(4)

        assert ours.wrong() == []
        assert all(page.came_back >= RESTARTS for page in ours.pages)
        record_property("rolling restarts", RESTARTS)
        record_property("actions during rolling restarts", len(ours.actions()))
        record_property("signals that each page was told", ours.head())


@pytest.mark.once
def test_control_pages_that_come_back_without_their_position_miss_signals(
    own_url: str, tmp_path: Path, city: City
) -> None:
    with village(own_url, tmp_path / "home", city) as ours:
        with ours.in_full_swing(2):
            forgetful = ours.pages[0]
            assert within(30, lambda: forgetful.position > 0)
            forgetful.is_away = forgetful.is_forgetful = True
            ours.acts_on(8)
            forgetful.is_away = False

        assert ours.wrong()


def restart(ours: Village, name: str) -> None:
    """Ask a process to end, and wait for the next one."""
    ended = tell(ours.installation, name, signal.SIGTERM)
    assert within(60, lambda: ours.installation.processes().get(name, ended) != ended)
    assert within(60, ours.installation.answers)
