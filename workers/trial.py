"""A process beside the worker that carries out one job at a time, for jobs that a worker may have died of.

It is forked while the worker has no threads and no connections yet, and forks one process for each job. Whoever waits
for a job's process knows that nothing else was the cause of its death.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NoReturn

from village_hub.kernel.jobs import RING_AGAIN, Lease
from village_hub.supervisor import end_with_parent
from workers.subscriptions import by_name

log = logging.getLogger(__name__)

#: Seconds beyond the actor's own lease after which a job's process counts as hanging and is ended.
HANGING = 120


class Trial:
    """The one bench of a worker process, used by one thread at a time."""

    def __init__(self, carry_out: Callable[[Lease], None]) -> None:
        """Fork; to be called before the process starts threads or opens connections."""
        self._bench = threading.Lock()
        self._line, bench = Pipe()
        self.process = os.fork()
        if self.process == 0:
            self._line.close()
            _serve(bench, carry_out)
        bench.close()

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait until the bench is free; False where that takes so long that the job will be rung again."""
        is_ours = self._bench.acquire(timeout=RING_AGAIN)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._bench.release()

    def of(self, leased: Lease) -> int:
        """Have a job carried out alone; 0 where its process survived, else its exit code, negative for a signal."""
        try:
            self._line.send(leased)
            return int(self._line.recv())
        except (EOFError, OSError):
            log.error("the process that carries out jobs alone has ended; this worker ends too")
            os.kill(os.getpid(), signal.SIGTERM)
            return 0


def _serve(bench: Connection, carry_out: Callable[[Lease], None]) -> NoReturn:
    end_with_parent()
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, signal.SIG_IGN)
    while True:
        try:
            leased = bench.recv()
        except EOFError:
            os._exit(0)
        process = os.fork()
        if process == 0:
            _do(leased, carry_out)
        bench.send(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def _do(leased: Lease, carry_out: Callable[[Lease], None]) -> NoReturn:
    end_with_parent()
    found = by_name().get(leased.actor)
    signal.alarm(HANGING + (found.lease if found else 0))
    status = 1
    try:
        carry_out(leased)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)
