"""A process that speaks to the spine and kills itself with SIGKILL at the named moment: `URL ROLE MOMENT`."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.faults.spine_ports import ONE_SECOND, PORTS
from village_hub.kernel import jobs
from village_hub.kernel.db import Database, next_in
from village_hub.kernel.doorbell import SilentDoorbell
from village_hub.kernel.events import Event, record
from village_hub.kernel.signals import SignalStream, emit
from workers import relay, running
from workers.actor import Actor, Effect


@dataclass(frozen=True)
class CupOrdered(Event, type="spine.cup_ordered", stream="table:{table}"):
    table: str


class DyingDoorbell(SilentDoorbell):
    """Dies in the moment between the commit and the ring."""

    def ring(self, channel: str, text: str) -> None:
        die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def pour(session: Session, message: CupOrdered, *, now: datetime) -> None:
    """A consequence that shows when it happens twice, and that people hear of."""
    next_in(session, SignalStream, "cups poured")
    emit(session, f"table:{message.table}", "cup.poured")
    if MOMENT == "during the lease":
        die()


def take_letter(session: Session, message: CupOrdered, *, now: datetime, attempt: int) -> str:
    return message.table


def send_letter(table: str, ports: object) -> str:
    """An outside effect, keyed: the file is the letter box."""
    with open(f"{os.environ['LETTERS']}/{table}", "a") as box:
        box.write("x")
    if MOMENT == "between the effect and done":
        die()
    return "sent"


def settle_letter(session: Session, message: CupOrdered, outcome: str, *, now: datetime) -> None:
    next_in(session, SignalStream, "letters settled")


ACTORS: dict[str, Actor | Effect] = {
    "spine.pour": Actor("spine.pour", pour, lease=ONE_SECOND),
    "spine.letter": Effect("spine.letter", take_letter, send_letter, settle_letter, lease=ONE_SECOND),
}


def order(database: Database) -> None:
    with database.write_session() as session:
        record(session, CupOrdered("blue"), now=database.clock.now())
        if MOMENT == "before the commit":
            die()


def work(database: Database) -> None:
    """Relay and carry out whatever is due, until nothing is left to wait for."""
    relay.relay(database)
    if MOMENT == "between the relay and the work":
        die()
    with database.read_session() as session:
        waiting = jobs.due(session, now=database.now(session))
    for job_id in waiting:
        if MOMENT == "between done and the acknowledgement":
            event.listen(database.engine, "commit", _die_after(2))
        running.run(database, job_id, PORTS)


def _die_after(commits: int) -> Any:
    """SQLAlchemy tells of a commit just before it happens: die at the one after the job's own."""
    seen = [0]

    def count(_connection: object) -> None:
        seen[0] += 1
        if seen[0] > commits:
            die()

    return count


if __name__ == "__main__":
    URL, ROLE, MOMENT = sys.argv[1:4]
    setattr(running, "by_name", lambda: ACTORS)  # noqa: B010
    setattr(relay, "listeners", lambda: {CupOrdered.type: tuple(ACTORS)})  # noqa: B010
    doorbell = DyingDoorbell() if MOMENT == "between the commit and the ring" else SilentDoorbell()
    {"order": order, "work": work}[ROLE](Database(URL, doorbell=doorbell))
