"""The doctor: every invariant of every capability, in the order of a resident's journey, and what looking found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from village_hub.activities import invariants as activities
from village_hub.clubs import invariants as clubs
from village_hub.credits import invariants as credits
from village_hub.feedback import invariants as feedback
from village_hub.imports import invariants as imports
from village_hub.invitations import invariants as invitations
from village_hub.kernel import invariants as kernel
from village_hub.kernel.db import Base
from village_hub.kernel.errors import N_
from village_hub.kernel.ids import new_id
from village_hub.kernel.invariant import Breach, Invariant, broken
from village_hub.kernel.jobs import Timer
from village_hub.kernel.signals import emit
from village_hub.learning_requests import invariants as learning_requests
from village_hub.matching import invariants as matching
from village_hub.notifications import invariants as notifications
from village_hub.notifications.service import notify
from village_hub.people import invariants as people
from village_hub.people import queries as people_queries
from village_hub.places import invariants as places
from village_hub.reporting import invariants as reporting
from village_hub.schedules import invariants as schedules
from village_hub.talents import invariants as talents
from village_hub.topics import invariants as topics
from village_hub.villages import invariants as villages
from village_hub.what_if import invariants as what_if

INVARIANTS: tuple[Invariant, ...] = (
    *kernel.INVARIANTS,
    *people.INVARIANTS,
    *imports.INVARIANTS,
    *topics.INVARIANTS,
    *places.INVARIANTS,
    *villages.INVARIANTS,
    *clubs.INVARIANTS,
    *schedules.INVARIANTS,
    *talents.INVARIANTS,
    *learning_requests.INVARIANTS,
    *matching.INVARIANTS,
    *invitations.INVARIANTS,
    *activities.INVARIANTS,
    *feedback.INVARIANTS,
    *credits.INVARIANTS,
    *notifications.INVARIANTS,
    *reporting.INVARIANTS,
    *what_if.INVARIANTS,
)

#: Examinations are kept for as long as somebody may ask since when something is broken.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class ExaminationDue(Timer, type="doctor.examination_due"):
    """It is time to look whether everything still holds."""


class Examination(Base):
    """What a look at every invariant has found: the broken ones by name, with what breaks them."""

    __tablename__ = "examination"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    examined_at: Mapped[datetime] = mapped_column(index=True)
    rules: Mapped[int]
    broken: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Finding:
    """An examination as the operator's page shows it."""

    examined_at: datetime
    rules: int
    broken: tuple[Breach, ...]


def examine(session: Session, *, now: datetime) -> tuple[Breach, ...]:
    """Look at every invariant; only reads."""
    return tuple(broken(session, INVARIANTS, now=now))


def keep(session: Session, found: Sequence[Breach], *, now: datetime) -> None:
    """Write down what an examination has found; operators are told what was not broken the last time."""
    before = last_examination(session)
    known = {each.invariant.name for each in before.broken} if before else set()
    each = Examination(id=new_id(session), examined_at=now, rules=len(INVARIANTS), broken=[_kept(one) for one in found])
    session.add(each)
    session.execute(delete(Examination).where(Examination.examined_at < now - KEPT))
    session.flush()
    emit(session, "operator", "doctor.examined")
    if {one.invariant.name for one in found} - known:
        _tell_operators(session, each.id, len(found), now)


def last_examination(session: Session) -> Finding | None:
    """What the latest examination has found, of the invariants that there are today."""
    query = select(Examination.examined_at, Examination.rules, Examination.broken)
    row = session.execute(query.order_by(Examination.examined_at.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    today = {each.name: each for each in INVARIANTS}
    named = [each for each in row.broken if each["name"] in today]
    breaches = [Breach(today[each["name"]], each["count"], tuple(each["named"])) for each in named]
    return Finding(row.examined_at, row.rules, tuple(breaches))


def _kept(breach: Breach) -> dict[str, Any]:
    return {"name": breach.invariant.name, "count": breach.count, "named": list(breach.named)}


def _tell_operators(session: Session, examination_id: UUID, count: int, now: datetime) -> None:
    for person_id in people_queries.holders(session, "operator", None, now):
        notify(
            session,
            person_id,
            key=f"doctor.broken:{examination_id}",
            text=N_("Something is not as it must be: %(count)s rules do not hold. Please look at the operator's page."),
            figures={"count": count},
            link="/operator#examination",
            now=now,
        )
