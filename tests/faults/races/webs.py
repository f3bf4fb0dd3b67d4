"""Web processes for races."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.installation import SERVE, Scaled
from tests.journeys.ports import free_port
from tests.journeys.waiting import within
from tests.services import valkey

HASTY = [sys.executable, "-m", "tests.faults.races.hasty_server"]


@dataclass(frozen=True)
class Webs:
    """The ports they answer at; whatever is killed is started again."""

    ports: Sequence[int]
    installation: Scaled

    def answer(self) -> bool:
        """Whether all of them do."""
        return all(map(_answers, self.ports))


@contextmanager
def serving(url: str, home: Path, *, number: int = 2, serve: Sequence[str] = SERVE) -> Iterator[Webs]:
    """So many of them without a worker: what is watched here happens in the transaction of the press."""
    home.mkdir(parents=True, exist_ok=True)
    others = [free_port() for _ in range(number - 1)]
    commands = {"web": list(serve)}
    commands |= {f"web at {port}": ["env", f"VILLAGE_HUB_PORT={port}", *serve] for port in others}
    with valkey.server() as redis_url:
        installation = Scaled(home, commands, DATABASE_URL=url, REDIS_URL=redis_url)
        webs = Webs([installation.port, *others], installation)
        try:
            assert within(60, webs.answer), "a web process does not answer"
            yield webs
        finally:
            installation.stop()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
    except OSError:
        return False
    return True
