"""Valkey killed, stopped and flushed while the village is in full swing: it is a doorbell, and nobody misses anything.

Neighbours sign up and give back over HTTP, pages listen on sockets. Every page must end with all numbers, without a
gap; every action must be answered and be there; what was delayed must arrive soon after Valkey is back.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from tests.faults.workers.crew import SOAK
from tests.faults.workers.village import Village, tell, village
from tests.journeys.city import City
from tests.journeys.waiting import within
from village_hub.kernel.doorbell import POLL
from village_hub.kernel.settings import Settings

pytestmark = pytest.mark.servers
PAGES, AWAY, HUNG = (200, 60, 60) if SOAK else (20, 3, 10)
DEAF = [sys.executable, "-m", "tests.faults.workers.deaf_server"]


def test_nobody_misses_anything_while_valkey_is_away(
    own_url: str, tmp_path: Path, city: City, record_property: Callable[[str, object], None]
) -> None:
    with village(own_url, tmp_path / "home", city) as ours, ours.in_full_swing(PAGES):
        for name, strike in (("killed", killed), ("stopped", stopped), ("flushed", flushed)):
            known = len(ours.actions())
            strike(ours)
            caught_up = ours.seconds_until_caught_up()
            ours.acts_on(8)
            record_property(f"seconds until caught up, Valkey {name}", round(caught_up, 2))
            print(f"\nValkey {name}: caught up after {caught_up:.2f} s, {len(ours.actions()) - known} actions")

    assert ours.wrong() == []
    record_property("pages", PAGES)
    record_property("actions", len(ours.actions()))
    record_property("seconds of the slowest action", round(ours.actions()[-1], 2))
    print(f"{len(ours.actions())} actions, the slowest took {ours.actions()[-1]:.2f} s; {ours.head()} signals")


@pytest.mark.once
def test_control_a_web_process_that_only_waits_for_rings_leaves_its_pages_behind(
    own_url: str, tmp_path: Path, city: City
) -> None:
    with village(own_url, tmp_path / "home", city, serve=DEAF) as ours:

        def die() -> None:
            ours.installation.kill("valkey")

        with ours.in_full_swing(1, patience=3 * POLL, when_still=die):
            assert within(30, lambda: ours.pages[0].position > 0)
            tell(ours.installation, "valkey", signal.SIGSTOP)
            known = ours.head()
            assert within(30, lambda: ours.head() > known)

        assert not ours.has_caught_up


def killed(ours: Village) -> None:
    """Dead for a while, whoever starts it again, and then back."""
    until = time.monotonic() + AWAY
    while time.monotonic() < until:
        if "valkey" in ours.installation.processes():
            ours.installation.kill("valkey")
        time.sleep(0.05)
    assert within(30, lambda: "valkey" in ours.installation.processes())


def stopped(ours: Village) -> None:
    """Hung: it takes connections and answers nobody."""
    process = tell(ours.installation, "valkey", signal.SIGSTOP)
    time.sleep(HUNG)
    os.kill(process, signal.SIGCONT)


def flushed(ours: Village) -> None:
    """Everything in it forgotten."""
    with redis.Redis.from_url(Settings(home=ours.installation.home).redis) as valkey:
        valkey.flushall()
