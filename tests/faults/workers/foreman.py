"""`python -m tests.faults.workers.foreman CREW [FAULT]`: worker processes that are started again as soon as they end.

Each worker is forked from this process, where everything is imported already, and runs `workers.main` unchanged, but
for the named fault. Standard output says `NAME PID` at every start; the crew ends when standard input does.
"""

from __future__ import annotations

import os
import select
import signal
import sys

import village_hub.app  # noqa: F401  (imported once, before the forks)
import workers.main
from tests.faults.workers import clockwork, errands, faults
from village_hub.supervisor import end_with_parent


def main(crew: int, fault: str = "") -> None:
    """Keep that many workers at work until nobody holds the other end of standard input."""
    errands.lend()
    at_work = {_begin(name, fault): name for name in range(crew)}
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        ended, _status = os.waitpid(-1, os.WNOHANG)
        if ended:
            name = at_work.pop(ended)
            at_work[_begin(name, fault)] = name
    for worker in at_work:
        os.kill(worker, signal.SIGKILL)


def _begin(name: int, fault: str) -> int:
    worker = os.fork()
    if worker == 0:
        end_with_parent()
        try:
            clockwork.lend(name)
            faults.plant(fault)
            workers.main.main()
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    print(name, worker, flush=True)
    return worker


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
