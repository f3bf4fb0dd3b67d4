"""One warm process that has everything imported and forks the processes that are killed, one after the other.

It is a program of its own (not the test's process, whose threads a fork would cut off) and ends when its standard input
is closed. A fork costs milliseconds, so that every moment of every flow can be tried. Whoever comes after a killed
process lives in the warm one itself, which costs half of that; in the long form, and without a protection, in a fork of
its own like the killed one.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from flask import Flask
from sqlalchemy.orm import configure_mappers

from tests.faults.crash_points.points import Say
from tests.faults.crash_points.tasks import Task, World, live_warm, start
from village_hub.app import create_app
from village_hub.kernel import seals
from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings

#: How a process ended, as the machine tells it, and what it said.
Ended = tuple[int, list[tuple[str, object]]]
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Life:
    """How a process lived: the moments it passed, the rings it gave, and what it returned unless it was killed."""

    points: list[str]
    rings: list[str]
    was_killed: bool
    returned: Any = None


class ProcessFailed(AssertionError):
    """A process ended by itself with an error that nobody had asked for."""


class Nursery:
    """The test's end of the line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self._to, self._from = process.stdin, process.stdout

    def begin(self, task: Task, world: World, *, fatal: int | None = None, broken: str = "") -> None:
        """Start a process, which is killed at its moment number `fatal`, without the protection `broken`."""
        self._order(task, world, fatal, broken)

    def end(self) -> Life:
        """Wait for the process that was started; raises ProcessFailed where it stumbled."""
        status, words = pickle.load(self._from)
        said: dict[str, list[Any]] = {"point": [], "ring": [], "returned": [None], "failed": []}
        for kind, word in words:
            said[kind].append(word)
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if said["failed"] or (status and not was_killed):
            raise ProcessFailed("\n".join(said["failed"]) or f"status {status}")
        return Life(said["point"], said["ring"], was_killed, said["returned"][-1])

    def rehearse(self, task: Task, world: World) -> None:
        """Let the warm process itself do it once, which makes those who do it after faster."""
        self.begin_warm(task, world)
        self.end()

    def begin_warm(self, task: Task, world: World) -> None:
        """Let the warm process itself do it: nobody is killed, and its moments are not numbered."""
        self._order(task, world, None, None)

    def raise_one(self, task: Task, world: World, *, fatal: int | None = None, broken: str = "") -> Life:
        """Start a process and wait for its end."""
        self.begin(task, world, fatal=fatal, broken=broken)
        return self.end()

    def _order(self, task: Task, world: World, fatal: int | None, broken: str | None) -> None:
        pickle.dump((task, world, fatal, broken), self._to)
        self._to.flush()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A warm process while the block runs."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("VILLAGE_HUB_")}
    warm = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.crash_points.nursery"],
        cwd=ROOT,
        env=foreign | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with warm:
        yield Nursery(warm)


def main() -> None:
    """Be the warm process."""
    orders, reports = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    settings = Settings(environment="test", secret_key="warm" * 8)
    app = create_app(settings, Database("sqlite:///nobody-connects"))
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    configure_mappers()
    while True:
        try:
            task, world, fatal, broken = pickle.load(orders)
        except EOFError:
            return
        if broken is None:
            answer = _lived_warm(app, settings, world, task)
        else:
            answer = _raise(partial(_live, app, settings, task, world, fatal, broken))
        pickle.dump(answer, reports)
        reports.flush()


def _lived_warm(app: Flask, settings: Settings, world: World, task: Task) -> Ended:
    seals.use_secret(world.secret)
    words: list[tuple[str, object]] = []
    try:
        words.append(("returned", live_warm(app, settings, world, task, lambda *word: words.append(word))))
    except Exception:
        return 1, [("failed", traceback.format_exc())]
    gc.freeze()  # what is there now is shared by everybody who is forked: nobody needs to look through it again
    return 0, words


def _raise(life: Callable[[Say], object]) -> Ended:
    """Fork a process, hear what it says until its end, and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_born(writing, life)
    os.close(writing)
    with os.fdopen(reading, "rb") as heard:
        words = list(_words(heard))
    return os.waitpid(child, 0)[1], words


def _be_born(writing: int, life: Callable[[Say], object]) -> None:
    """Live in the forked process, which never comes back from here."""

    def say(kind: str, word: object) -> None:
        os.write(writing, pickle.dumps((kind, word)))

    status = 0
    gc.disable()
    try:
        _write_all(writing, pickle.dumps(("returned", life(say))))
    except BaseException:
        _write_all(writing, pickle.dumps(("failed", traceback.format_exc())))
        status = 1
    os._exit(status)


def _live(app: Flask, settings: Settings, task: Task, world: World, fatal: int | None, broken: str, say: Say) -> object:
    seals.use_secret(world.secret)
    process = start(app, settings, world, say, fatal)
    if broken:
        from tests.faults.crash_points import broken as protections

        getattr(protections, broken)(process)
    returned = task.run(process)
    process.points.end()
    return returned


def _write_all(writing: int, words: bytes) -> None:
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(words)


def _words(heard: BinaryIO) -> Iterator[tuple[str, object]]:
    while True:
        try:
            yield pickle.load(heard)
        except EOFError:
            return


if __name__ == "__main__":
    main()
