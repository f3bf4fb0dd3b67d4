"""What must be true of learning requests: none is silent, and none says two things at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, func, literal, or_, select

from village_hub.kernel.db import seconds
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTORE, Rows, any_of, invariant, twice
from village_hub.kernel.traces import has_timer, recorded
from village_hub.learning_requests import events
from village_hub.learning_requests.models import WAITING, Companion, LearningRequest, RequestTime, State

PROMISE = N_("Open the request, promise a new date and keep it: that sets its timer anew. Then report the fault.")
#: States in which a group, and in which an activity, stands behind a request.
GROUPED = (State.POOLING, State.ASKING, State.SCHEDULED, State.DONE)
SERVED = (State.SCHEDULED, State.DONE)


@invariant(N_("Every open request has an owner, a next step and a next date; one that is over has no step."), PROMISE)
def nobody_waits_in_silence(now: datetime) -> Rows:
    request = LearningRequest
    is_promised = and_(request.owner_id.is_not(None), request.next_step.is_not(None), request.next_at.is_not(None))
    is_over = and_(request.next_step.is_(None), request.next_at.is_(None))
    waits = request.state.in_(WAITING)
    return select(request.id, request.state, request.owner_id, request.next_step, request.next_at).where(
        or_(and_(waits, ~is_promised), and_(~waits, ~is_over))
    )


@invariant(N_("Every open request has a timer that acts on its next date."), PROMISE)
def promises_have_timers(now: datetime) -> Rows:
    request = LearningRequest
    is_timed = has_timer(events.RequestPromise, at=seconds(request.next_at), request_id=request.id)
    return select(request.id, request.next_step, request.next_at).where(
        request.state.in_(WAITING), request.next_at.is_not(None), ~is_timed
    )


@invariant(N_("A request has a group, an activity and a reason where its state says so, and nowhere else."), RESTORE)
def states_say_what_is_there(now: datetime) -> Rows:
    request = LearningRequest
    is_sound = and_(
        request.group_id.is_not(None) == request.state.in_(GROUPED),
        request.activity_id.is_not(None) == request.state.in_(SERVED),
        or_(request.state != State.UNSERVED, request.why_not.is_not(None)),
        request.state.in_(list(State)),
    )
    return select(request.id, request.state, request.group_id, request.activity_id).where(~is_sound)


@invariant(
    N_("Nobody waits for the same thing twice."),
    N_("Ask the person which of the two requests is meant, and withdraw the other."),
)
def nobody_waits_twice(now: datetime) -> Rows:
    return twice(LearningRequest.requester_id, LearningRequest.topic_id, where=LearningRequest.state.in_(WAITING))


@invariant(
    N_("Every request says when it suits, and on sensible dates."), N_("Withdraw the request and ask for it anew.")
)
def requests_say_when(now: datetime) -> Rows:
    request = LearningRequest
    is_sound = and_(request.id.in_(select(RequestTime.request_id)), request.until_date >= request.from_date)
    return select(request.id, request.state).where(~is_sound)


@invariant(N_("Nobody joins a request twice, or their own."), N_("Let the person leave the request once."))
def companions_are_others(now: datetime) -> Rows:
    own = select(Companion.request_id, Companion.person_id, literal(1).label("count")).join(
        LearningRequest, LearningRequest.id == Companion.request_id
    )
    joined = twice(Companion.request_id, Companion.person_id)
    return any_of(own.where(LearningRequest.requester_id == Companion.person_id), joined)


@invariant(N_("What became of every request was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    request = LearningRequest
    each = select(request.id, request.state)
    was_opened = recorded(events.LearningRequestOpened, request_id=request.id)
    was_withdrawn = recorded(events.LearningRequestWithdrawn, request_id=request.id)
    was_answered = recorded(events.LearningRequestAnswered, request_id=request.id, state=request.state)
    was_joined = recorded(events.LearningRequestJoined, request_id=Companion.request_id, person_id=Companion.person_id)
    return any_of(
        each.where(~was_opened),
        each.where(request.state == State.WITHDRAWN, ~was_withdrawn),
        each.where(request.state.in_([*SERVED, State.UNSERVED]), ~was_answered),
        select(Companion.request_id, literal("joined").label("state")).where(~was_joined),
    )


def requests() -> Subquery:
    """Requests as a table, for the rules of later capabilities; `people` counts companions."""
    request = LearningRequest
    return select(
        request.id, request.state, request.group_id, request.activity_id, _people().label("people")
    ).subquery()


def _people() -> ColumnElement[int]:
    joined = select(func.coalesce(func.sum(Companion.people), 0)).where(Companion.request_id == LearningRequest.id)
    return LearningRequest.people + joined.scalar_subquery()


INVARIANTS = (
    nobody_waits_in_silence,
    promises_have_timers,
    states_say_what_is_there,
    nobody_waits_twice,
    requests_say_when,
    companions_are_others,
    what_happened_was_written_down,
)
