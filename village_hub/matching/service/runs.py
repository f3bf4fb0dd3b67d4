"""Runs: look at everything, let the engine count, and write down what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.jobs import set_timer
from village_hub.kernel.signals import emit
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import engine, events, queries
from village_hub.matching.models import (
    GroupRequest,
    GroupState,
    LearningGroup,
    MatchRun,
    Proposal,
    ProposalState,
    RunRecord,
)
from village_hub.matching.service.proposals import dissolve
from village_hub.matching.service.reasons import real_features
from village_hub.matching.service.solving import EFFORT, SEED, Solved

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Many wishes for a run within this time become one run.
GATHER = timedelta(milliseconds=500)
#: A run looks again at least this often.
EVERY = timedelta(minutes=1)
#: So long a run can be replayed.
REPLAYED = timedelta(days=14)

Key = tuple[frozenset[UUID], UUID, UUID, datetime]


def want_run(session: Session, *, now: datetime, after: timedelta = GATHER, cause: str = "") -> None:
    """Look for matches soon; everybody who wants that within the same moments wants the same run."""
    at = now + after - (now - EPOCH) % after
    set_timer(session, events.MatchingDue(cause), at=at, same_as=events.MatchingDue())


def keep(session: Session, snapshot: queries.Snapshot, solved: Solved, *, now: datetime, cause: str = "") -> UUID:
    """Write a run's plan down: what stays is left alone, what is superseded is dropped, the rest is new.

    What changed while the engine was counting wins: a class whose requests no longer wait as they did is left out.
    `cause` is the type of the fact that the run answers, empty where it is only the clock.
    """
    lock(session, "matching")
    run = _write_run(session, snapshot, solved, now, cause or events.MatchingDue.type)
    planned = _still_possible(session, snapshot, solved)
    standing = _standing(session)
    superseded = {key: one for key, one in standing.items() if key not in planned}
    reusable = _drop(session, superseded)
    for key, (each, others) in planned.items():
        if key in standing:
            standing[key].alternatives, standing[key].score = list(others), each.score
            standing[key].reasons = _told(each.reasons)
        else:
            group_id = reusable.pop(key[0], None) or _form_group(session, snapshot, each, key[0], now)
            _propose(session, run, group_id, key, each, others, snapshot, now)
    for group_id in reusable.values():
        dissolve(session, group_id, now=now)
    learning_requests_service.explain(session, {UUID(wish): why for wish, why in solved.why_not.items()}, now=now)
    record(session, events.MatchRunFinished(run.id, len(planned), solved.plan.gap), now=now)
    for audience in ("staff", "operator"):
        emit(session, audience, "match_run.finished", {"id": str(run.id)})
    return run.id


def _write_run(session: Session, snapshot: queries.Snapshot, solved: Solved, now: datetime, cause: str) -> MatchRun:
    plan = solved.plan
    run = MatchRun(
        id=new_id(session),
        trigger=cause,
        started_at=snapshot.taken_at,
        finished_at=now,
        wishes=len(snapshot.problem.wishes),
        instructors=len(snapshot.problem.instructors),
        venues=len(snapshot.problem.venues),
        classes=len(plan.classes),
        value=plan.value,
        bound=plan.bound,
        gap=plan.gap,
        input_hash=snapshot.input_hash,
        engine_version=version("village-hub"),
        seed=SEED,
        way=solved.way,
        changed=solved.changed,
        rules_version=snapshot.rules_version,
        effort=EFFORT,
        steps=plan.effort.get("search_steps", plan.effort.get("steps", 0)),
        seconds=(now - snapshot.taken_at).total_seconds(),
        stability=plan.stability,
    )
    session.add(run)
    session.flush()
    given, packed_plan, tariff = solved.record
    session.add(RunRecord(run_id=run.id, made_at=now, given=given, plan=packed_plan, tariff=tariff))
    session.execute(delete(RunRecord).where(RunRecord.made_at < now - REPLAYED))
    return run


def _still_possible(
    session: Session, snapshot: queries.Snapshot, solved: Solved
) -> dict[Key, tuple[engine.PlannedClass, tuple[str, ...]]]:
    """The planned classes whose requests wait as they did, by what makes them one and the same."""
    named = [UUID(wish) for each in solved.plan.classes for wish in each.wish_ids]
    now_open = learning_requests.wishes_by_id(session, named)
    in_hand = set(
        session.scalars(
            select(GroupRequest.request_id)
            .join(Proposal, Proposal.group_id == GroupRequest.group_id)
            .where(GroupRequest.active, Proposal.pinned, Proposal.state == ProposalState.PROPOSED)
        )
    )
    possible = {}
    for each, others in zip(solved.plan.classes, solved.alternatives, strict=True):
        ids = frozenset(map(UUID, each.wish_ids))
        waits = all(
            now_open[one].state in ("open", "pooling") and now_open[one].people == snapshot.wishes[str(one)].people
            for one in ids
        )
        if waits and not ids & in_hand:
            starts_at = snapshot.calendar.moment(each.start)
            possible[ids, UUID(each.instructor_id), UUID(each.venue_id), starts_at] = (each, others)
    return possible


def _standing(session: Session) -> dict[Key, Proposal]:
    """The proposals that a run may keep or drop."""
    mine = (Proposal.state == ProposalState.PROPOSED, Proposal.pinned.is_(False))
    # Groups before their proposals, as everywhere: otherwise a run and an answer wait for each other in a circle.
    for group_id in session.scalars(select(Proposal.group_id).where(*mine).order_by(Proposal.group_id)).all():
        lock(session, f"group:{group_id}")
    found = session.scalars(select(Proposal).where(*mine).order_by(Proposal.id).with_for_update()).all()
    return {
        (
            frozenset(queries.group_requests(session, each.group_id)),
            each.instructor_id,
            each.venue_id,
            each.starts_at,
        ): each
        for each in found
    }


def _drop(session: Session, superseded: Mapping[Key, Proposal]) -> dict[frozenset[UUID], UUID]:
    """The groups of dropped proposals by their requests: the same requests stay the same group."""
    for each in superseded.values():
        each.state = ProposalState.DROPPED
    session.flush()
    return {key[0]: each.group_id for key, each in superseded.items()}


def _form_group(
    session: Session, snapshot: queries.Snapshot, each: engine.PlannedClass, ids: frozenset[UUID], now: datetime
) -> UUID:
    wishes = [snapshot.wishes[wish] for wish in each.wish_ids]
    weight: dict[UUID, int] = {}
    for wish in wishes:
        weight[wish.village_id] = weight.get(wish.village_id, 0) + wish.people
    group = LearningGroup(
        id=new_id(session),
        topic_id=UUID(each.topic),
        level=queries.LEVELS[each.level],
        village_id=max(weight, key=lambda village: (weight[village], str(village))),
        state=GroupState.FORMING,
        formed_at=now,
    )
    session.add(group)
    session.flush()
    _leave_others(session, ids)
    rows = [{"group_id": group.id, "request_id": one.id, "people": one.people, "active": True} for one in wishes]
    session.execute(insert(GroupRequest), rows)
    return group.id


def _leave_others(session: Session, ids: frozenset[UUID]) -> None:
    """These requests belong to no other group; one whose lecture was called off and that nobody is left in is gone."""
    place = GroupRequest
    gone = update(place).where(place.request_id.in_(ids), place.active).values(active=False)
    left = session.scalars(gone.returning(place.group_id)).all()
    empty = ~select(place.request_id).where(place.group_id == LearningGroup.id, place.active).exists()
    served = (LearningGroup.id.in_(left), LearningGroup.state == GroupState.SCHEDULED, empty)
    session.execute(update(LearningGroup).where(*served).values(state=GroupState.DISSOLVED))


def _propose(
    session: Session,
    run: MatchRun,
    group_id: UUID,
    key: Key,
    each: engine.PlannedClass,
    others: Iterable[str],
    snapshot: queries.Snapshot,
    now: datetime,
) -> None:
    ids, instructor_id, venue_id, starts_at = key
    proposal = Proposal(
        id=new_id(session),
        run_id=run.id,
        group_id=group_id,
        instructor_id=instructor_id,
        venue_id=venue_id,
        starts_at=starts_at,
        ends_at=snapshot.calendar.moment(each.start + each.length),
        language=each.language,
        people=sum(snapshot.wishes[wish].people for wish in each.wish_ids),
        score=each.score,
        reasons=_told(each.reasons),
        alternatives=list(others),
        state=ProposalState.PROPOSED,
        pinned=False,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    learning_requests_service.pool(session, sorted(ids), group_id=group_id, now=now)
    village_id = session.get_one(LearningGroup, group_id).village_id
    record(session, events.MatchProposed(proposal.id, group_id, village_id), now=now)
    emit(session, f"board:{village_id}", "match.proposed", {"id": str(proposal.id)})


def _reason(reason: engine.Reason) -> dict[str, Any]:
    """A room that is only another than one ruled out is not called accessible."""
    figures = dict(reason.figures)
    if "features" in figures:
        figures["features"] = real_features(str(figures["features"]))
    return {"code": reason.code.value, "figures": figures}


def _told(reasons: Iterable[engine.Reason]) -> list[dict[str, Any]]:
    told = map(_reason, reasons)
    return [each for each in told if each["code"] != engine.ReasonCode.ACCESS_MET or each["figures"]["features"]]
