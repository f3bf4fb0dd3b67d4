"""What must be true of the spine: facts, jobs and signals are complete, numbered without gaps, and there once."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import and_, distinct, func, or_, select

from village_hub.kernel.errors import N_
from village_hub.kernel.events import EventStream, RecordedEvent
from village_hub.kernel.idempotency import IdempotencyKey
from village_hub.kernel.invariant import REPORT, RESTORE, Rows, invariant
from village_hub.kernel.jobs import Job, JobState, Timer
from village_hub.kernel.messages import Message
from village_hub.kernel.signals import SignalStream, WrittenSignal
from village_hub.kernel.tidying import JOBS
from village_hub.kernel.traces import OVER

#: What is due longer than this was overlooked by every worker.
OVERDUE = timedelta(minutes=5)
#: Clocks of several machines differ; what is forgotten then is not missed.
MARGIN = timedelta(days=1)
ENDED = (JobState.DONE, JobState.REFUSED, JobState.DEAD, JobState.QUARANTINED)


@invariant(N_("The facts of every stream are numbered one, two, three, without a gap."), RESTORE)
def facts_are_gapless(now: datetime) -> Rows:
    count, last = func.count(), func.max(RecordedEvent.seq)
    first, numbers = func.min(RecordedEvent.seq), func.count(distinct(RecordedEvent.seq))
    columns = (count.label("count"), last.label("last"), first.label("first"), numbers.label("numbers"))
    each = select(RecordedEvent.stream, *columns).group_by(RecordedEvent.stream).subquery()
    joined = select(each.c.stream, each.c.count, each.c.last, EventStream.seq.label("counter")).select_from(each)
    counted = and_(each.c.count == each.c.last, each.c.numbers == each.c.last, each.c.first == 1)
    gap = or_(~counted, EventStream.seq.is_(None), EventStream.seq != each.c.last)
    return joined.outerjoin(EventStream, EventStream.stream == each.c.stream).where(gap)


@invariant(N_("A stream that counts facts has them."), RESTORE)
def counted_facts_are_there(now: datetime) -> Rows:
    written = select(RecordedEvent.id).where(RecordedEvent.stream == EventStream.stream).exists()
    return select(EventStream.stream, EventStream.seq).where(EventStream.seq > 0, ~written)


@invariant(
    N_("Every fact has become jobs, one for each that listens."),
    N_("Restart the worker. If the fact stays without its jobs, report the fault with the fact's number."),
)
def facts_have_their_jobs(now: datetime) -> Rows:
    made = select(func.count()).where(Job.event_id == RecordedEvent.id).scalar_subquery()
    unrelayed = and_(RecordedEvent.jobs.is_(None), RecordedEvent.occurred_at < now - OVERDUE)
    kept = RecordedEvent.occurred_at > now - JOBS + MARGIN
    incomplete = and_(RecordedEvent.jobs > 0, RecordedEvent.jobs != made, kept)
    return select(RecordedEvent.id, RecordedEvent.type, RecordedEvent.jobs, made.label("made")).where(
        or_(unrelayed, incomplete)
    )


@invariant(N_("No job exists twice."), RESTORE)
def jobs_exist_once(now: datetime) -> Rows:
    return select(Job.key, func.count().label("count")).group_by(Job.key).having(func.count() > 1)


@invariant(
    N_("What is due is carried out."),
    N_("Start a worker, or restart the one that hangs; it carries on by itself."),
)
def nothing_is_overdue(now: datetime) -> Rows:
    waiting = and_(Job.state == JobState.WAITING, Job.run_at < now - OVERDUE)
    left = and_(Job.state == JobState.RUNNING, Job.lease_until < now - OVERDUE)
    return select(Job.key, Job.state, Job.run_at).where(or_(waiting, left))


@invariant(
    N_("No job has failed for good."),
    N_("Open the operator's page, read why each of these jobs failed, mend the cause and run it again."),
)
def no_job_is_dead(now: datetime) -> Rows:
    troubled = Job.state.in_([JobState.DEAD, JobState.QUARANTINED])
    return select(Job.key, Job.state, Job.last_error).where(troubled)


@invariant(
    N_("What comes round again does so: every series has its next timer."),
    N_("Restart the worker; it sets the next timer of every series."),
)
def every_series_goes_on(now: datetime) -> Rows:
    """Timers that are about nothing in particular are series; those who run them set the next one first."""
    known = Message.known.items()
    series = [name for name, each in known if issubclass(each, Timer) and not is_about_something(each)]
    to_come = select(Job.actor).where(Job.state.not_in(OVER))
    last = func.max(Job.finished_at)
    ran = select(Job.actor, last.label("last")).where(Job.actor.in_(series), Job.actor.not_in(to_come))
    return ran.group_by(Job.actor).having(last < now - OVERDUE)


@invariant(
    N_("A job is either waiting, leased until a moment, or ended at a moment after it was tried."),
    N_("Restart the worker and report the fault with the job's key."),
)
def jobs_are_in_one_state(now: datetime) -> Rows:
    leased = and_(Job.state == JobState.RUNNING, Job.lease_until.is_not(None), Job.finished_at.is_(None))
    waiting = and_(Job.state == JobState.WAITING, Job.lease_until.is_(None), Job.finished_at.is_(None))
    quarantined = Job.state == JobState.QUARANTINED
    ended = and_(Job.state.in_(ENDED), Job.finished_at.is_not(None), Job.attempts > 0)
    return select(Job.key, Job.state, Job.lease_until, Job.finished_at).where(~or_(leased, waiting, quarantined, ended))


@invariant(
    N_("The signals of every stream that are still kept follow each other without a gap, up to the latest."),
    N_("Pages load what they missed when they are opened anew. Report the fault with the stream's name."),
)
def signals_are_complete(now: datetime) -> Rows:
    count, first, last = func.count(), func.min(WrittenSignal.seq), func.max(WrittenSignal.seq)
    written = select(WrittenSignal.stream, count.label("count"), first.label("first"), last.label("last"))
    each = written.group_by(WrittenSignal.stream).subquery()
    joined = select(each.c.stream, each.c.count, each.c.first, each.c.last, SignalStream.seq.label("counter"))
    gap = or_(
        each.c.last - each.c.first + 1 != each.c.count, SignalStream.seq.is_(None), SignalStream.seq != each.c.last
    )
    return joined.select_from(each).outerjoin(SignalStream, SignalStream.stream == each.c.stream).where(gap)


@invariant(N_("Every form that was carried out has its answer."), REPORT)
def forms_are_answered(now: datetime) -> Rows:
    unanswered = and_(IdempotencyKey.location.is_(None), IdempotencyKey.made_at < now - OVERDUE)
    return select(IdempotencyKey.key, IdempotencyKey.made_at).where(unanswered)


def is_about_something(message: type[Message]) -> bool:
    """Whether the message has fields."""
    return bool(fields(message))  # type: ignore[arg-type]


INVARIANTS = (
    facts_are_gapless,
    counted_facts_are_there,
    facts_have_their_jobs,
    jobs_exist_once,
    nothing_is_overdue,
    no_job_is_dead,
    every_series_goes_on,
    jobs_are_in_one_state,
    signals_are_complete,
    forms_are_answered,
)
