"""Jobs: consequences as rows. A job is leased, fenced and marked done in the transaction of its own effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Select, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from village_hub.kernel.db import Base, Moment, insert_new
from village_hub.kernel.doorbell import JOBS
from village_hub.kernel.ids import new_id
from village_hub.kernel.messages import Message
from village_hub.kernel.signals import emit

#: Failures after which a job is dead, and crashes after which it is quarantined.
MAX_ATTEMPTS, MAX_CRASHES = 8, 3
#: Crashes of workers that did other things too: they prove nothing, but no job takes workers down for ever.
MAX_DOUBTFUL_CRASHES = 9
#: Seconds before the first repetition; doubles with each failure up to the longest.
FIRST_BACKOFF, LONGEST_BACKOFF = 2, 3600
#: Seconds that a rung job is given to be taken up before the sweeper rings again.
RING_AGAIN = 2


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    DEAD = "dead"
    QUARANTINED = "quarantined"


class LeaseLost(Exception):
    """Somebody else holds the job by now: whatever this run did is rolled back."""


class Timer(Message):
    """What should be looked at when a moment comes: `class InvitationDeadline(Timer, type="invitation.deadline")`."""


class Job(Base):
    """One consequence to carry out."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "run_at", postgresql_where="state = 'waiting'", sqlite_where="state = 'waiting'"),
        Index("ix_job_leased", "lease_until", postgresql_where="state = 'running'", sqlite_where="state = 'running'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    actor: Mapped[str]
    message_type: Mapped[str]
    args: Mapped[dict[str, Any]]
    event_id: Mapped[UUID | None] = mapped_column(index=True)
    run_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to carry out a job until `fence` is overtaken."""

    id: UUID
    key: str
    actor: str
    message_type: str
    args: dict[str, Any]
    attempts: int
    fence: int
    due: datetime
    crashes: int


#: The columns of a job that make its lease, in the order of the fields.
LEASED = ("id", "key", "actor", "message_type", "args", "attempts", "fence", "run_at", "crashes")


def set_timer(session: Session, timer: Timer, *, at: datetime, same_as: Timer | None = None) -> None:
    """Have a timer's actor run when the moment comes; the same timer for the same moment exists once.

    A timer that is the `same_as` another is not set beside it, though it says something else: the first one counts.
    """
    values = (same_as or timer).to_json()
    key = ":".join([timer.type, *(str(value) for value in values.values()), at.isoformat()])
    add(session, key=key, actor=timer.type, message=timer, run_at=at)


def add(
    session: Session, *, key: str, actor: str, message: Message, run_at: datetime, event_id: UUID | None = None
) -> bool:
    """Write a job down unless one with its key exists; says whether it is new."""
    row = {
        "id": new_id(session),
        "key": key,
        "actor": actor,
        "message_type": message.type,
        "args": message.to_json(),
        "event_id": event_id,
        "run_at": run_at,
        "state": JobState.WAITING,
        "attempts": 0,
        "crashes": 0,
        "fence": 0,
    }
    session.info["rings"].add((JOBS, ""))
    return insert_new(session, Job, row) == 1


def due(session: Session, *, now: datetime, limit: int = 200, again: float = RING_AGAIN) -> list[UUID]:
    """Jobs that should be rung now: due and not rung in the last `again` seconds, or left by a worker that died."""
    rung, left = (now - timedelta(seconds=seconds) for seconds in (again, min(again, RING_AGAIN)))
    return list(session.scalars(_unrung(), {"now": now, "rung": rung, "left": left, "limit": limit}))


@cache
def _unrung() -> Select[UUID]:
    """The query of `due`. A ring from the future was rung by another clock, or before this one was put back."""
    now, rung, left = (bindparam(name, type_=Moment()) for name in ("now", "rung", "left"))
    again, of_the_dead = (or_(Job.rung_at.is_(None), Job.rung_at <= each, Job.rung_at > now) for each in (rung, left))
    waiting = and_(Job.state == JobState.WAITING, Job.run_at <= now, again)
    abandoned = and_(Job.state == JobState.RUNNING, Job.lease_until < now, of_the_dead)
    return select(Job.id).where(or_(waiting, abandoned)).order_by(Job.run_at, Job.id).limit(bindparam("limit"))


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the next job that still has time becomes due, or the next lease ends."""
    coming = select(func.min(Job.run_at)).where(Job.state == JobState.WAITING, Job.run_at > now)
    ending = select(func.min(Job.lease_until)).where(Job.state == JobState.RUNNING, Job.lease_until > now)
    return min(filter(None, (session.scalar(coming), session.scalar(ending))), default=None)


def under_way(session: Session, message_type: str, *, now: datetime) -> int:
    """How many jobs of a kind somebody holds now, whoever asks included."""
    held = (Job.state == JobState.RUNNING, Job.lease_until >= now, Job.message_type == message_type)
    return session.scalars(select(func.count()).select_from(Job).where(*held)).one()


def mark_rung(session: Session, ids: list[UUID], *, now: datetime) -> None:
    """Remember that these jobs were handed to the workers."""
    session.execute(update(Job).where(Job.id.in_(ids)).values(rung_at=now))


def actor_of(session: Session, job_id: UUID) -> tuple[str, bool] | None:
    """The name of the actor that a job is for, and whether a worker died while it had the job; None without a job."""
    row = session.execute(_ACTOR_OF, {"the_job": job_id}).one_or_none()
    return None if row is None else (row[0], bool(row[1]))


_ACTOR_OF = select(Job.actor, or_(Job.crashes > 0, Job.state == JobState.RUNNING)).where(Job.id == bindparam("the_job"))


def lease(session: Session, job_id: UUID, *, now: datetime, seconds: int) -> Lease | None:
    """Take a due job for some seconds; None where it is not due, taken, finished, or crashed once too often."""
    given = {"the_job": job_id, "now": now, "until": now + timedelta(seconds=seconds)}
    row = session.execute(_leasing(), given).one_or_none()
    if row is None:
        return None
    if row.state == JobState.QUARANTINED:
        emit(session, "operator", "job.dead", {"id": str(row.id)})
        return None
    return Lease(*row[:-1])


@cache
def _leasing() -> ReturningUpdate[Any]:
    """The statement of `lease`, built once: building it costs more than running it."""
    now, until = bindparam("now", type_=Moment()), bindparam("until", type_=Moment())
    crashed = Job.state == JobState.RUNNING
    free = or_(and_(Job.state == JobState.WAITING, Job.run_at <= now), and_(crashed, Job.lease_until < now))
    too_often = and_(crashed, Job.crashes + 1 >= MAX_DOUBTFUL_CRASHES)
    return (
        update(Job)
        .where(Job.id == bindparam("the_job"), free)
        .values(
            state=case((too_often, JobState.QUARANTINED), else_=JobState.RUNNING),
            crashes=case((crashed, Job.crashes + 1), else_=Job.crashes),
            attempts=Job.attempts + 1,
            fence=Job.fence + 1,
            lease_until=until,
            last_error=case((crashed, "The worker died while it carried this out."), else_=Job.last_error),
        )
        .returning(*(getattr(Job, name) for name in LEASED), Job.state)
        .execution_options(synchronize_session=False)
    )


def extend(session: Session, leased: Lease, *, now: datetime, seconds: int) -> None:
    """Go on holding a job; raises LeaseLost where the fence was overtaken."""
    _settle(session, leased, lease_until=now + timedelta(seconds=seconds))


def finish(session: Session, leased: Lease, *, now: datetime, state: JobState = JobState.DONE, why: str = "") -> None:
    """Mark the job finished in the transaction of its effect; raises LeaseLost where the fence was overtaken."""
    _settle(session, leased, state=state, finished_at=now, lease_until=None, last_error=why or None)


def fail(session: Session, leased: Lease, *, now: datetime, why: str) -> None:
    """Put a failed job back with a growing pause, or declare it dead; it stays in the table either way."""
    if leased.attempts >= MAX_ATTEMPTS:
        _settle(session, leased, state=JobState.DEAD, finished_at=now, lease_until=None, last_error=why)
        emit(session, "operator", "job.dead", {"id": str(leased.id)})
        return
    pause = min(FIRST_BACKOFF * 2 ** (leased.attempts - 1), LONGEST_BACKOFF)
    again = now + timedelta(seconds=pause)
    _settle(session, leased, state=JobState.WAITING, run_at=again, lease_until=None, rung_at=None, last_error=why)


def crash(session: Session, leased: Lease, *, now: datetime, why: str) -> None:
    """A process that did nothing else died of the job: have it tried again at once, or put it aside."""
    crashes = leased.crashes + 1
    if crashes >= MAX_CRASHES:
        _settle(session, leased, state=JobState.QUARANTINED, crashes=crashes, lease_until=None, last_error=why)
        emit(session, "operator", "job.dead", {"id": str(leased.id)})
        return
    again = {"state": JobState.WAITING, "run_at": now, "rung_at": None, "lease_until": None}
    _settle(session, leased, **again, crashes=crashes, last_error=why)
    session.info["rings"].add((JOBS, ""))


def run_again(session: Session, job_id: UUID, *, now: datetime) -> bool:
    """Give a dead or quarantined job a fresh start; says whether there was one."""
    dead = Job.state.in_([JobState.DEAD, JobState.QUARANTINED])
    fresh = {
        "state": JobState.WAITING,
        "attempts": 0,
        "crashes": 0,
        "run_at": now,
        "rung_at": None,
        "lease_until": None,
        "finished_at": None,
    }
    session.info["rings"].add((JOBS, ""))
    return session.execute(update(Job).where(Job.id == job_id, dead).values(fresh)).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _settle(session: Session, leased: Lease, **values: object) -> None:
    mine = and_(Job.id == leased.id, Job.fence == leased.fence, Job.state == JobState.RUNNING)
    settled = session.execute(update(Job).where(mine).values(values).execution_options(synchronize_session=False))
    if settled.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost(leased.key)
