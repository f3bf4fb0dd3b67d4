"""How the installation is doing: jobs, facts on their way, match runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import Job, JobState

#: A due job or an unrelayed fact older than this means that no worker is at work.
PATIENCE = timedelta(seconds=30)
#: What somebody should look at.
TROUBLED = (JobState.DEAD, JobState.QUARANTINED)
STATES = tuple(JobState)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Health:
    """How long the oldest due job and the oldest unrelayed fact have waited, and how many jobs are in each state."""

    oldest_due: timedelta
    relay_lag: timedelta
    counts: dict[str, int]

    @property
    def works(self) -> bool:
        """Whether workers keep up."""
        return max(self.oldest_due, self.relay_lag) <= PATIENCE

    @property
    def troubled(self) -> int:
        """How many jobs need somebody."""
        return sum(self.counts.get(state, 0) for state in TROUBLED)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in the operator's list."""

    id: UUID
    key: str
    actor: str
    state: str
    attempts: int
    run_at: datetime
    finished_at: datetime | None
    last_error: str | None

    @property
    def can_run_again(self) -> bool:
        return self.state in TROUBLED


def health(session: Session, now: datetime) -> Health:
    """How far workers and relay are behind."""
    due = or_(
        and_(Job.state == JobState.WAITING, Job.run_at <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
    oldest = session.scalar(select(func.min(Job.run_at)).where(due))
    unrelayed = session.scalar(select(func.min(RecordedEvent.occurred_at)).where(RecordedEvent.jobs.is_(None)))
    counts = {row[0]: row[1] for row in session.execute(select(Job.state, func.count()).group_by(Job.state))}
    return Health(_since(oldest, now), _since(unrelayed, now), counts)


def jobs(session: Session, state: str | None, page: int) -> list[JobLine]:
    """A page of the jobs in one state, or of those that need somebody, the latest first."""
    wanted = Job.state == state if state else Job.state.in_(TROUBLED)
    columns = (Job.id, Job.key, Job.actor, Job.state, Job.attempts, Job.run_at, Job.finished_at, Job.last_error)
    query = select(*columns).where(wanted).order_by(Job.run_at.desc(), Job.id)
    return [JobLine(*row) for row in session.execute(query.limit(PAGE).offset((page - 1) * PAGE))]


def _since(moment: datetime | None, now: datetime) -> timedelta:
    return max(now - moment, timedelta()) if moment else timedelta()
