"""Where a process can die: before each of its effects, and after the last one.

An effect is whatever the world outside the process sees: a commit, a ring of the doorbell, a job handed to the broker,
a letter, a file made or removed, a frame pushed into a socket. Nothing that a process does between two effects is seen
by anybody, so a `kill -9` in between is the same as one just before the later effect, with everything uncommitted still
in flight and every lock still held. The moments before each effect and after the last are therefore all there are.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from village_hub.kernel.db import Database

#: Effects that leave nothing behind: whoever hears them may look, whoever does not looks anyway.
RING, HAND_OVER = "ringing for", "handing a job over"
#: Hears what a process says while it lives: what kind of word, and the word.
Say = Callable[[str, object], None]


class Points:
    """Numbers the moments of this process, and ends it with SIGKILL at the fatal one."""

    def __init__(self, say: Say, fatal: int | None = None) -> None:
        self.say, self._fatal = say, fatal
        self._place, self._number = "", 0
        self._thread = threading.get_ident()

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Say where the effects of a block happen, such as the route or the actor."""
        before, self._place = self._place, place
        yield
        self._place = before

    def before(self, effect: str) -> None:
        """A moment has come: the process dies here where it is the fatal one.

        The thread that holds a long job's lease wakes by the machine's clock; its moments are no part of any order.
        """
        if threading.get_ident() != self._thread:
            return
        self.say("point", f"{self._place}: before {effect}")
        if self._number == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self._number += 1

    def end(self) -> None:
        """Everything is done; a process that did nothing anybody sees has no moment to die at."""
        if self._number:
            self.before("the end")


def worlds(points: Sequence[str]) -> list[int]:
    """Of the moments of one process, one for each world that a kill can leave behind.

    Rings and messages leave nothing behind, so the moments around them are one. Of these the last is taken, when most
    is in flight; after the last lasting effect the first, when nobody has heard of it.
    """
    lasting = [number for number, name in enumerate(points) if not any(word in name for word in (RING, HAND_OVER))]
    *others, _end = lasting or [0]
    return [*others, others[-1] + 1] if others else lasting


def watch_commits(points: Points, database: Database) -> None:
    """Number every COMMIT of this database."""
    dialect = database.engine.dialect
    commit = dialect.do_commit

    def do_commit(connection: Any) -> None:
        points.before("COMMIT")
        commit(connection)

    dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]


def watch_files(points: Points, folder: Path) -> None:
    """Number whatever is made (empty at first, then filled), renamed or removed below a folder."""
    opening = Path.open

    def is_ours(path: Path) -> bool:
        return folder in path.absolute().parents

    def open_(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        is_written = is_ours(path) and set(mode) & set("wax+")
        if is_written:
            points.before("making a file")
        opened = opening(path, mode, *more, **named)
        if is_written:
            points.before("filling the file")
        return opened

    def numbered(name: str, effect: str) -> None:
        act = getattr(Path, name)

        def acting(path: Path, *more: Any, **named: Any) -> Any:
            if is_ours(path):
                points.before(effect)
            return act(path, *more, **named)

        setattr(Path, name, acting)

    setattr(Path, "open", open_)  # noqa: B010
    numbered("unlink", "removing a file")
    numbered("rename", "renaming a file")
    numbered("replace", "renaming a file")
