"""The doctor never cries wolf: at no commit of a village's life is anything broken."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from tests.doctor.life import Life
from village_hub.doctor import examine
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.invariant import Breach

#: Of so many commits one is looked at; of all of them in the long form.
EVERY = 1 if os.environ.get("VILLAGE_HUB_SOAK") else 13
#: The story leaps over whole days, in which nobody has worked.
LEAPS = "kernel.nothing_is_overdue"


class Watched(Database):
    """Looks at everything stored after a commit, before anything can follow from it."""

    def watch(self) -> Watched:
        self.commits, self.found = 0, list[Breach]()
        return self

    def ring(self, session: Session) -> None:
        super().ring(session)
        self.commits += 1
        if self.commits % EVERY == 0:
            with self.read_session() as reading:
                found = examine(reading, now=self.clock.now())
            self.found += [each for each in found if each.invariant.name != LEAPS]


def test_nothing_is_broken_between_two_commits(own_url: str, clock: SettableClock, app: Flask, tmp_path: Path) -> None:
    database = Watched(own_url, clock=clock, ids=SeededIds(7)).watch()

    Life(database, clock, app, tmp_path).live()
    database.dispose()

    assert database.commits > 300
    assert [each.as_json() for each in database.found] == []
