"""What must be true of groups and of what is proposed for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Subquery, and_, case, func, literal, or_, select

from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTART, RESTORE, Rows, any_of, invariant, twice
from village_hub.kernel.traces import recorded, under_way
from village_hub.learning_requests import events as requests_events
from village_hub.learning_requests import invariants as learning_requests
from village_hub.matching.events import DecisionMade, MatchProposed, MatchRunFinished, TrialAsked
from village_hub.matching.models import (
    Decision,
    DecisionKind,
    DecisionPerson,
    GroupRequest,
    GroupState,
    LearningGroup,
    MatchRun,
    Proposal,
    ProposalState,
    Trial,
)

#: Decisions that say what must not be put together.
RULES = (DecisionKind.APART, DecisionKind.INSTRUCTOR, DecisionKind.VENUE)

#: After each of these a job looks after the request's group.
MOVED = (
    requests_events.LearningRequestJoined,
    requests_events.LearningRequestLeft,
    requests_events.LearningRequestWithdrawn,
    requests_events.LearningRequestReopened,
    requests_events.LearningRequestAnswered,
)
#: What a request is in while its group is looking for its lecture, and once the group has it.
POOLED, SERVED = ("pooling", "asking"), ("asking", "scheduled", "done")
#: Rounding of a plan's value and bound.
CLOSE = 1e-6


@invariant(N_("A request is in one group at a time."), RESTORE)
def requests_are_in_one_group(now: datetime) -> Rows:
    return twice(GroupRequest.request_id, where=GroupRequest.active)


@invariant(N_("A request and its group agree about each other."), RESTART)
def requests_and_groups_agree(now: datetime) -> Rows:
    """A request that has moved on leaves its group by a job."""
    request, place, group = learning_requests.requests(), GroupRequest, LearningGroup
    here = and_(place.request_id == request.c.id, place.active)
    belongs = case(
        (group.state == GroupState.SCHEDULED, request.c.state.in_(SERVED)), else_=request.c.state.in_(POOLED)
    )
    columns = (request.c.id, request.c.state, place.group_id, group.state.label("group_state"))
    known = select(*columns).select_from(request)
    moved = under_way(*MOVED, request_id=request.c.id)
    astray = (
        known.join(place, here)
        .join(group, group.id == place.group_id)
        .where(~and_(belongs, request.c.group_id == place.group_id), ~moved)
    )
    same = and_(here, place.group_id == request.c.group_id)
    alone = (
        known.outerjoin(place, same)
        .outerjoin(group, group.id == place.group_id)
        .where(request.c.group_id.is_not(None), or_(group.id.is_(None), group.state == GroupState.DISSOLVED), ~moved)
    )
    return any_of(astray, alone)


@invariant(N_("A group that has not fallen apart has requests."), RESTART)
def groups_have_requests(now: datetime) -> Rows:
    has_some = LearningGroup.id.in_(select(GroupRequest.group_id).where(GroupRequest.active))
    lives = LearningGroup.state != GroupState.DISSOLVED
    return select(LearningGroup.id, LearningGroup.state).where(lives, ~has_some)


@invariant(N_("A group has one proposal, in the state that the group is in."), RESTORE)
def groups_and_proposals_agree(now: datetime) -> Rows:
    """A group that falls apart after its lecture was fixed keeps the accepted proposal."""
    standing = and_(Proposal.group_id == LearningGroup.id, Proposal.state != ProposalState.DROPPED)
    count, state = func.count(Proposal.id), func.min(Proposal.state)
    fitting = case(
        (LearningGroup.state == GroupState.FORMING, ProposalState.PROPOSED),
        (LearningGroup.state == GroupState.ASKING, ProposalState.ASKED),
        else_=ProposalState.ACCEPTED,
    )
    is_one = and_(count == 1, state == fitting)
    is_gone = and_(LearningGroup.state == GroupState.DISSOLVED, count == 0)
    query = select(LearningGroup.id, LearningGroup.state, count.label("proposals"), state.label("proposal"))
    grouped = query.outerjoin(Proposal, standing).group_by(LearningGroup.id, LearningGroup.state)
    return grouped.having(~or_(is_one, is_gone))


@invariant(N_("A proposal counts the people of its group."), RESTART)
def proposals_count_their_people(now: datetime) -> Rows:
    request, place = learning_requests.requests(), GroupRequest
    live = Proposal.state.in_([ProposalState.PROPOSED, ProposalState.ASKED])
    members = select(place.group_id, func.sum(request.c.people).label("people")).join(
        request, and_(request.c.id == place.request_id, place.active)
    )
    counted = members.group_by(place.group_id).subquery()
    in_motion = select(place.group_id).where(place.active, under_way(*MOVED, request_id=place.request_id))
    query = select(Proposal.id, Proposal.people, counted.c.people.label("counted"))
    return query.join(counted, counted.c.group_id == Proposal.group_id).where(
        live, counted.c.people != Proposal.people, Proposal.group_id.not_in(in_motion)
    )


@invariant(N_("A proposed class ends after it begins."), REPORT)
def classes_end_after_they_begin(now: datetime) -> Rows:
    return select(Proposal.id, Proposal.starts_at, Proposal.ends_at).where(Proposal.ends_at <= Proposal.starts_at)


@invariant(N_("No plan is worth more than its bound."), REPORT)
def plans_stay_within_their_bound(now: datetime) -> Rows:
    allowed = MatchRun.bound * (1 + CLOSE) + CLOSE
    return select(MatchRun.id, MatchRun.value, MatchRun.bound).where(
        or_(MatchRun.value > allowed, MatchRun.gap < -CLOSE)
    )


@invariant(N_("Every run, every proposal and every decision was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    runs = select(MatchRun.id, literal("run").label("what")).where(~recorded(MatchRunFinished, run_id=MatchRun.id))
    proposed = recorded(MatchProposed, proposal_id=Proposal.id)
    decided = recorded(DecisionMade, decision_id=Decision.id)
    return any_of(
        runs,
        select(Proposal.id, literal("proposal").label("what")).where(~proposed),
        select(Decision.id, literal("decision").label("what")).where(~decided),
    )


@invariant(N_("A rule made by hand says whom it is about."), REPORT)
def rules_are_about_somebody(now: datetime) -> Rows:
    """Two people who stay apart, at least one for every other rule, unless it is for everybody."""
    people = select(DecisionPerson.decision_id, func.count().label("people")).group_by(DecisionPerson.decision_id)
    counted = people.subquery()
    needed = case((Decision.kind == DecisionKind.APART, 2), (Decision.everybody, 0), else_=1)
    query = select(Decision.id, Decision.kind).outerjoin(counted, counted.c.decision_id == Decision.id)
    return query.where(Decision.kind.in_(RULES), func.coalesce(counted.c.people, 0) < needed)


@invariant(N_("A question what a change would cost is answered."), RESTART)
def trials_are_answered(now: datetime) -> Rows:
    waiting = (Trial.answer.is_(None), ~under_way(TrialAsked, trial_id=Trial.id))
    return select(Trial.id, Trial.proposal_id).where(*waiting)


def groups() -> Subquery:
    """Groups as a table, for the rules of later capabilities."""
    return select(LearningGroup.id, LearningGroup.state).subquery()


def proposals() -> Subquery:
    """Proposals as a table, for the rules of later capabilities."""
    return select(Proposal.id, Proposal.group_id, Proposal.instructor_id, Proposal.state).subquery()


INVARIANTS = (
    requests_are_in_one_group,
    requests_and_groups_agree,
    groups_have_requests,
    groups_and_proposals_agree,
    proposals_count_their_people,
    classes_end_after_they_begin,
    plans_stay_within_their_bound,
    rules_are_about_somebody,
    trials_are_answered,
    what_happened_was_written_down,
)
