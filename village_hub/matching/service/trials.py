"""What a change would cost, counted before anybody makes it: the plan as it would be against the plan as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit
from village_hub.matching import engine, errors, events, queries
from village_hub.matching.models import DecisionKind, ProposalState, Trial
from village_hub.matching.queries import DecisionFacts, ProposalFacts, Record, Snapshot, Wanted
from village_hub.matching.service.solving import Given, Pace, plan_for

#: An answer is about the plan of the moment; so long it is kept.
KEPT = timedelta(days=1)
#: Where there is no run of today to begin with, the plan is looked for with less effort than a run has.
QUICK = 30


@dataclass(frozen=True)
class Question:
    """The city as it is with the proposal free to move, and what is wanted of it."""

    now: Snapshot
    ruled: Snapshot
    proposal: ProposalFacts
    wanted: Wanted
    last: Record | None = None


def ask_cost(session: Session, proposal_id: UUID, wanted: Wanted, *, by: UUID, now: datetime) -> UUID:
    """The learning manager wants to know what a change would cost; a worker counts it."""
    proposal = queries.proposal(session, proposal_id)
    if proposal is None:
        raise errors.NoSuchProposal
    if proposal.state != ProposalState.PROPOSED:
        raise errors.ProposalMovedOn
    session.execute(delete(Trial).where(Trial.asked_at < now - KEPT))
    trial = Trial(
        id=new_id(session), proposal_id=proposal_id, asked=wanted.as_json(), answer=None, asked_by=by, asked_at=now
    )
    session.add(trial)
    session.flush()
    record(session, events.TrialAsked(trial.id), now=now, by=by)
    return trial.id


def question(session: Session, trial_id: UUID, *, now: datetime) -> Question | None:
    """What a worker needs to know to answer; None where the proposal has moved on."""
    trial = queries.trial(session, trial_id)
    proposal = queries.proposal(session, trial.proposal_id) if trial else None
    if trial is None or proposal is None or proposal.state != ProposalState.PROPOSED:
        return None
    wanted = Wanted.from_json(trial.asked)
    rules = _rules(trial, proposal, wanted)
    as_it_is = queries.snapshot(session, now, loosened=proposal.id)
    ruled = queries.snapshot(session, now, loosened=proposal.id, more_rules=rules) if rules else as_it_is
    last = queries.last_run(session)
    return Question(as_it_is, ruled, proposal, wanted, queries.record_of(session, last.id) if last else None)


def count(asked: Question) -> dict[str, Any]:
    """What the change costs, who is served no longer or only then, and what else moves; pure arithmetic."""
    own = queries.kept_class(asked.proposal, asked.now.calendar)
    known = {each.id for each in asked.now.problem.wishes}
    if not known.issuperset(own.wish_ids):
        return {"state": "moved_on"}
    before = _as_it_is(asked, own)
    problem, apart = asked.ruled.problem, asked.ruled.apart
    others = tuple(each for each in problem.shown if set(each.wish_ids).isdisjoint(own.wish_ids))
    if asked.wanted.kind in (DecisionKind.CHANGED, DecisionKind.PINNED):
        changed = _changed(own, asked)
        if not _is_possible(problem, changed):
            return {"state": "outside"}
        problem = _with(replace(problem, shown=others), changed)
    else:
        problem = replace(problem, shown=others, forbidden=problem.forbidden | _dismissed(own, asked.wanted))
    after = plan_for(Given(problem, apart, before=before), Pace())
    return _compared(asked.now, before, after, own)


def keep_cost(session: Session, trial_id: UUID, answer: Mapping[str, Any], *, now: datetime) -> None:
    """The answer is there, and the page that waits for it hears so."""
    trial = session.get(Trial, trial_id, with_for_update=True, populate_existing=True)
    if trial is None or trial.answer is not None:
        return
    trial.answer = dict(answer)
    proposal = queries.proposal(session, trial.proposal_id)
    if proposal:
        emit(session, f"board:{proposal.village_id}", "match.counted", {"id": str(trial_id)})


def _as_it_is(asked: Question, own: engine.KeptClass) -> engine.Plan:
    """The plan of the last run with the proposal as it stands, so that an answer takes a moment."""
    problem, last = _with(asked.now.problem, own), asked.last
    if last and last.start == asked.now.calendar.start:
        return plan_for(Given(problem, asked.now.apart, before=last.plan), Pace())
    return plan_for(Given(problem, asked.now.apart, effort=QUICK), Pace())


def _rules(trial: queries.TrialFacts, proposal: ProposalFacts, wanted: Wanted) -> list[DecisionFacts]:
    if wanted.kind not in (DecisionKind.APART, DecisionKind.INSTRUCTOR, DecisionKind.VENUE):
        return []
    return [
        DecisionFacts(
            id=trial.id, village_id=proposal.village_id, kind=wanted.kind, proposal_id=None,
            instructor_id=proposal.instructor_id, venue_id=proposal.venue_id, everybody=False, reason="", words="",
            before=None, decided_by=trial.asked_by, decided_at=trial.asked_at, ended_by=None, ended_at=None,
            people=wanted.people,
        )
    ]  # fmt: skip


def _with(problem: engine.Problem, stands: engine.KeptClass) -> engine.Problem:
    """The same where this class stands whatever it costs."""
    return replace(problem, kept=(stands,)) if _is_possible(problem, stands) else problem


def _is_possible(problem: engine.Problem, stands: engine.KeptClass) -> bool:
    horizon = 1 + max((max(each.slots, default=0) for each in problem.instructors), default=0)
    return (
        any(each.id == stands.instructor_id for each in problem.instructors)
        and any(each.id == stands.venue_id for each in problem.venues)
        and 0 <= stands.start < horizon
    )


def _changed(own: engine.KeptClass, asked: Question) -> engine.KeptClass:
    wanted, calendar = asked.wanted, asked.now.calendar
    return replace(
        own,
        instructor_id=str(wanted.instructor_id or own.instructor_id),
        venue_id=str(wanted.venue_id or own.venue_id),
        start=calendar.slot(wanted.starts_at) if wanted.starts_at else own.start,
    )


def _dismissed(own: engine.KeptClass, wanted: Wanted) -> frozenset[tuple[str, str]]:
    met = wanted.kind == DecisionKind.DISMISSED
    return frozenset((wish, own.instructor_id) for wish in own.wish_ids) if met else frozenset()


def _compared(now: Snapshot, before: engine.Plan, after: engine.Plan, own: engine.KeptClass) -> dict[str, Any]:
    served, then = _served(before.classes), _served(after.classes)
    people = {each.id: each.people for each in now.problem.wishes}
    was = {each.wish_ids: each for each in before.classes}
    moved = [
        {"people": sum(people[wish] for wish in each.wish_ids), "topic": each.topic,
         "wishes": list(each.wish_ids), "from": _told(was[each.wish_ids], now), "to": _told(each, now)}
        for each in after.classes
        if each.wish_ids in was and each.wish_ids != own.wish_ids and each.keep() != was[each.wish_ids].keep()
    ]  # fmt: skip
    same = {each.wish_ids for each in after.classes}
    regrouped = [each for each in before.classes if each.wish_ids not in same and each.wish_ids != own.wish_ids]
    return {
        "state": "counted",
        "cost": round(before.value - before.stability - (after.value - after.stability), 3),
        "no_longer": sorted(served - then),
        "people_no_longer": sum(people[wish] for wish in served - then),
        "only_then": sorted(then - served),
        "people_only_then": sum(people[wish] for wish in then - served),
        "moved": moved,
        "regrouped": len(regrouped),
        "itself": next((_told(each, now) for each in after.classes if set(each.wish_ids) & set(own.wish_ids)), None),
        "gap": after.gap,
    }  # fmt: skip


def _served(classes: Iterable[engine.PlannedClass]) -> set[str]:
    return {wish for each in classes for wish in each.wish_ids}


def _told(each: engine.PlannedClass, now: Snapshot) -> dict[str, str]:
    at = now.calendar.moment(each.start).isoformat()
    return {"instructor_id": each.instructor_id, "venue_id": each.venue_id, "starts_at": at}
