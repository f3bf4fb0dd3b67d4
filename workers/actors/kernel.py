"""The spine looks after itself, and after everything that was written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub import doctor
from village_hub.doctor import ExaminationDue
from village_hub.kernel import tidying
from village_hub.kernel.invariant import Breach
from village_hub.kernel.tidying import TidyingDue
from workers.actor import Effect, Ports, actor

Found = tuple[Breach, ...]


@actor
def tidy(session: Session, timer: TidyingDue, *, now: datetime) -> None:
    tidying.tidy(session, now=now)


def _prepare(session: Session, timer: ExaminationDue, *, now: datetime, attempt: int) -> datetime:
    return now


def _look(examined_at: datetime, ports: Ports) -> Found:
    """Outside every transaction that writes: it takes a moment."""
    with ports.database.read_session() as session:
        return doctor.examine(session, now=examined_at)


def _keep(session: Session, timer: ExaminationDue, found: Found, *, now: datetime) -> None:
    doctor.keep(session, found, now=now)


examine = Effect("kernel.examine", _prepare, _look, _keep, lease=120)
