"""In the end everything calms down: servers answer, jobs are carried out, and nothing that was promised is open."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.faults.simulation.byitself import MINUTES_A_DAY, requests_of
from tests.faults.simulation.forms.form import run_again
from tests.faults.simulation.history import Difference
from tests.faults.simulation.probes import check_probes
from tests.faults.simulation.telling import compare_news
from tests.faults.simulation.world import World
from tests.faults.soundness import unsound
from tests.matching.engine.checker import broken_rules
from village_hub import doctor
from village_hub.kernel import signals
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import Job, JobState
from village_hub.matching import queries as matching
from village_hub.matching.engine import KeptClass

#: A run looks for matches once a minute; after two of them nothing new is found, unless somebody was asked meanwhile.
A_MINUTE = timedelta(seconds=61)
ROUNDS = 40
FAILED = sa.select(Job.id).where(Job.state.in_([JobState.DEAD, JobState.QUARANTINED])).order_by(Job.id)
UNFINISHED = sa.select(Job.id, Job.run_at, Job.lease_until, Job.state).where(
    Job.state.in_([JobState.WAITING, JobState.RUNNING])
)
UNRELAYED = sa.select(RecordedEvent.id).where(RecordedEvent.jobs.is_(None)).limit(1)


def settle(world: World) -> None:
    """Let everything that is due happen, and then ask for everything that must be true."""
    world.mailer.mood = "takes"
    for run in list(world.processes.paused):
        run.pause_at = 0
        world.go(run, "goes on")
    world.broker.messages.clear()
    drain(world)
    for _ in range(6):
        world.clock.advance(A_MINUTE)
        if not drain(world) and _everything_was_looked_at(world):
            break
    else:
        raise Difference("something changed, and no run has looked at it")
    check(world)


def drain(world: World) -> bool:
    """Carry out whatever is due, also what was left behind; says whether a match run has changed anything."""
    changed = False
    for _ in range(ROUNDS):
        world.relay("worker 1")
        messages, world.broker.messages[:] = list(world.broker.messages), []
        for job_id in messages:
            before = world.seen
            name = world.job_name(job_id)
            world.carry_out("worker 1", job_id)
            changed |= name == "matching.due" and world.seen is not before
        if messages:
            continue
        for job_id in world.ground.connection.scalars(FAILED).all():
            world.send(run_again(job_id))
        wait = _wait(world)
        if wait is None:
            return changed
        world.clock.advance(wait)
    raise Difference("the jobs never come to an end")


def check(world: World) -> None:
    """Everything that must be true once nothing is due any more."""
    now = world.clock.now()
    with world.database.read_session() as session:
        for breach in unsound(session, doctor.INVARIANTS, now=now):
            raise Difference(f"doctor: {breach.invariant.name}: {breach.named[:2]}")
        board = f"board:{world.people.village}"
        head = signals.heads(session, [board])[board]
        since = max(world.heard, signals.oldest(session, [board]).get(board, head + 1) - 1)
        heard = [each.seq for each in signals.after(session, {board: since})]
        if heard != list(range(since + 1, head + 1)):
            raise Difference(f"the board heard {heard} after {since}")
        _check_plans(world, session)
        check_probes(session)
    _check_promises(world)
    _check_letters(world)
    compare_news(world.oracle, world.seen, world.people.manager, asks_automatically=world.asks_automatically, now=now)


def _wait(world: World) -> timedelta | None:
    """How long until a failed or abandoned job is tried again; None where nothing is under way."""
    now, connection = world.clock.now(), world.ground.connection
    if connection.scalar(UNRELAYED) is not None:
        return timedelta()
    left = [row for row in connection.execute(UNFINISHED) if row.state == JobState.RUNNING or row.run_at <= now]
    retried = sa.select(sa.func.min(Job.run_at)).where(Job.state == JobState.WAITING, Job.attempts > 0)
    again = connection.scalar(retried)
    moments = [row.lease_until or now for row in left] + ([again] if again else [])
    return max(min(moments) - now, timedelta()) + timedelta(seconds=3) if moments else None


def _everything_was_looked_at(world: World) -> bool:
    """Whether the last run saw what a run would see now."""
    with world.database.read_session() as session:
        snapshot, last = matching.snapshot(session, world.clock.now()), matching.last_run(session)
    return last is not None and last.input_hash == snapshot.input_hash


def _check_plans(world: World, session: Session) -> None:
    """The engine may choose, but what stands must keep every hard rule, and nothing that changed was overlooked."""
    standing = [row for row in world.seen["proposals"].values() if row.state == "proposed" and not row.pinned]
    snapshot = matching.snapshot(session, world.clock.now()) if standing else None
    if snapshot is None:
        return
    classes = []
    for row in standing:
        wishes = tuple(sorted(str(each) for each in requests_of(world.seen, row.group_id)))
        facts = matching.proposal(session, row.id)
        assert facts
        classes.append(
            KeptClass(
                topic=str(facts.topic_id), level=matching.LEVELS.index(facts.level), language="ko", wish_ids=wishes,
                instructor_id=str(row.instructor_id), venue_id=str(row.venue_id),
                start=snapshot.calendar.slot(row.starts_at),
            )
        )  # fmt: skip
    if faults := broken_rules(snapshot.problem, classes):
        raise Difference(f"a standing proposal breaks {faults}")


def _check_promises(world: World) -> None:
    now, oracle, seen = world.clock.now(), world.oracle, world.seen
    lectures = {each.invitation for each in oracle.activities.values()}
    for key, asked in oracle.invitations.items():
        if asked.state == "accepted" and key not in lectures:
            raise Difference(f"{world.called(key)} was answered with yes, and no lecture came of it")
        if asked.state == "needs_action" and asked.deadline <= now:
            raise Difference(f"{world.called(key)} still waits after its deadline")
    for key, row in seen["requests"].items():
        if oracle.requests[key].state == "waiting":
            if row.next_at is None or row.next_at <= now:
                raise Difference(f"{world.called(key)} waits without a date")
            _check_group(world, key)
    for key, held in oracle.sessions.items():
        if held.state == "planned" and held.finishes_by() <= now and (held.marks or held.walk_ins):
            raise Difference(f"{world.called(key)} is over, and nobody finished it")
        taught = oracle.activities[held.activity]
        if held.state == "completed" and taught.invitation and key not in oracle.hours:
            same_day = [minutes for other, (_, minutes) in oracle.hours.items() if oracle.day(other) == oracle.day(key)]
            if sum(same_day) < MINUTES_A_DAY:
                raise Difference(f"{world.called(key)} was held, and no hours were given")


def _check_group(world: World, request: UUID) -> None:
    member = world.seen["members"].get(request)
    group = world.seen["groups"][member.group_id].state if member else None
    state = world.seen["requests"][request].state
    if group not in {"open": (None,), "pooling": ("forming",), "asking": ("asking",)}[state]:
        raise Difference(f"{world.called(request)} is {state} and its group is {group}")


def _check_letters(world: World) -> None:
    """A letter arrives once; where nobody can know, the operator is shown that."""
    seen = world.seen
    for row in seen["deliveries"].values():
        if row.channel != "mail":
            continue
        arrived = world.mailer.arrived[f"{seen['notices'][row.notice_id].key}:mail"]
        if arrived not in {"sent": (1,), "failed": (0,), "unknown": (0, 1)}.get(row.state, ()):
            raise Difference(f"a letter is {row.state} and arrived {arrived} times")
    doubtful = sum(row.state == "unknown" for row in seen["deliveries"].values())
    doubts = world.processes.disturbed + sum(world.mailer.counts[each] for each in world.mailer.DOUBTFUL)
    if doubtful > doubts:
        raise Difference(f"{doubtful} letters are in doubt, and only {doubts} were disturbed")
