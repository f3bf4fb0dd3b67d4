"""A clock that goes wrong by as many seconds as a file says, from one moment to the next."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import village_hub.app
from village_hub.kernel.clock import SystemClock
from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings

#: The folder with a file for each worker whose clock is wrong.
CLOCKS = "VILLAGE_HUB_TEST_CLOCKS"


class WrongClock(SystemClock):
    """The machine's clock as it would be if somebody had put it forward or back."""

    def __init__(self, wrong_by: Path) -> None:
        self._wrong_by = wrong_by

    def now(self) -> datetime:
        try:
            return super().now() + timedelta(seconds=float(self._wrong_by.read_text()))
        except FileNotFoundError:
            return super().now()


def put(folder: Path, worker: int, seconds: float) -> None:
    """Put a worker's clock forward or back, at once and whole."""
    draft = folder / f"{worker}.draft"
    draft.write_text(str(seconds))
    draft.replace(folder / str(worker))


def lend(worker: int) -> None:
    """Let this process, which is that worker, live by the clock of its file."""
    folder = Path(os.environ[CLOCKS])
    open_rightly = village_hub.app.open_database

    def open_wrongly(settings: Settings) -> Database:
        database = open_rightly(settings)
        database.clock = WrongClock(folder / str(worker))
        return database

    village_hub.app.open_database = open_wrongly
