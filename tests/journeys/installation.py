"""Village Hub as real processes, in both ways to run it; gone with the block, or with the test process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.ports import free_port
from tests.journeys.waiting import within
from tests.services import valkey
from village_hub.supervisor import Child

SERVE, WORK = [sys.executable, "-m", "village_hub.serve"], [sys.executable, "-m", "workers.main"]
#: What a supervised process is called, by a word of its command.
KINDS = {"valkey": "valkey", "workers.main": "worker", "village_hub.serve": "web"}


class Installation(ABC):
    """What both ways to run have in common."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.port = home, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        given = {"ENVIRONMENT": "development", "HOME": str(home), "PORT": str(self.port)} | settings
        foreign = [name for name in os.environ if name.startswith("VILLAGE_HUB_")]
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        self.environment = kept | {f"VILLAGE_HUB_{name}": value for name, value in given.items()}

    def answers(self) -> bool:
        """Whether the web process does."""
        try:
            urllib.request.urlopen(f"{self.address}/health", timeout=1).close()
        except OSError:
            return False
        return True

    @abstractmethod
    def processes(self) -> dict[str, int]:
        """The ids of the processes by what they are."""

    def kill(self, *names: str) -> None:
        """`kill -9`, as soon as all of them run; whoever watches starts them again."""
        assert within(30, lambda: set(names) <= self.processes().keys())
        running = self.processes()
        for name in names:
            os.kill(running[name], signal.SIGKILL)

    @abstractmethod
    def stop(self) -> None:
        """End everything."""


class Up(Installation):
    """A running `village-hub up`, which supervises Valkey, web and worker."""

    def __init__(self, home: Path, **settings: str) -> None:
        super().__init__(home, **settings)
        self._child = Child("up", [sys.executable, "-m", "village_hub.cli", "up"], self.environment)
        self._child.start()
        assert self._child.process is not None
        self.process = self._child.process

    def processes(self) -> dict[str, int]:
        found = {}
        for each in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
                command = (each / "cmdline").read_text()
            except (OSError, ValueError):
                continue
            if parent == self.process.pid:
                found.update({kind: int(each.name) for word, kind in KINDS.items() if word in command})
        return found

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)


class Scaled(Installation):
    """Web and worker by themselves, on a Redis that is there already; a thread starts again what ends."""

    def __init__(self, home: Path, commands: dict[str, list[str]], **settings: str) -> None:
        super().__init__(home, **settings)
        self._children = [Child(name, command, self.environment) for name, command in commands.items()]
        for each in self._children:
            each.start()
        self._stopping = threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()

    def processes(self) -> dict[str, int]:
        alive = {each.name: each.process for each in self._children if each.process}
        return {name: process.pid for name, process in alive.items() if process.poll() is None}

    def stop(self) -> None:
        self._stopping.set()
        self._watching.join()
        for each in self._children:
            if each.process:
                each.process.kill()
                each.process.wait()

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            for each in self._children:
                each.watch()


@contextmanager
def running(url: str, home: Path) -> Iterator[Installation]:
    """An installation on this database: `village-hub up` on SQLite, processes by themselves on PostgreSQL."""
    home.mkdir(parents=True, exist_ok=True)
    if url.startswith("sqlite"):
        with _answering(Up(home, DATABASE_URL=url)) as installation:
            yield installation
        return
    with scaled(url, home) as installation:
        yield installation


@contextmanager
def scaled(url: str, home: Path, *, serve: list[str] = SERVE, work: list[str] | None = WORK) -> Iterator[Installation]:
    """Web and worker (or web alone) by themselves, with a Valkey of their own."""
    home.mkdir(parents=True, exist_ok=True)
    commands = {"web": serve} | ({"worker": work} if work else {})
    with (
        valkey.server() as redis_url,
        _answering(Scaled(home, commands, DATABASE_URL=url, REDIS_URL=redis_url)) as each,
    ):
        yield each


@contextmanager
def _answering(installation: Installation) -> Iterator[Installation]:
    try:
        assert within(60, installation.answers), "the installation does not answer"
        yield installation
    finally:
        installation.stop()
