"""A worker that marks a job as done before it carries it out, and dies in between: the control of the kill tests."""

from __future__ import annotations

import os
import signal

from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.jobs import Lease
from workers import main, running
from workers.actor import Actor, Effect, Ports

VICTIM = "activities.schedule_from_invitation"
_properly = running._carry_out


def _carry_out(database: Database, found: Actor | Effect, leased: Lease, ports: Ports) -> None:
    if found.name != VICTIM:
        _properly(database, found, leased, ports)
        return
    with database.write_session() as session:
        jobs.finish(session, leased, now=database.now(session))
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    running._carry_out = _carry_out
    main.main()
