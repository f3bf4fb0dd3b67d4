"""How a wish is stated, joined, moved along and answered; no step leaves it without owner, date and timer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from village_hub.kernel.db import insert_new
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.jobs import set_timer
from village_hub.kernel.signals import emit
from village_hub.learning_requests import errors, events, queries
from village_hub.learning_requests.models import (
    WAITING,
    Companion,
    LearningRequest,
    PlaceKind,
    RequestTime,
    Rulebook,
    State,
    Step,
)
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.villages import queries as villages


def open_request(
    session: Session,
    *,
    by: UUID,
    topic_id: UUID,
    weekly: Iterable[tuple[int, int, int]],
    from_date: date,
    until_date: date,
    now: datetime,
    level: str = "any",
    number: int = 1,
    words: str = "",
    venue_id: UUID | None = None,
    reach_m: int = 2000,
    language: str = "ko",
    needs: Sequence[str] = (),
) -> UUID:
    """A resident says what they want to learn; naming a venue asks the instructor to come there."""
    spans = sorted(set(weekly))
    if not spans:
        raise errors.NoTime
    if until_date < from_date:
        raise errors.DatesUpsideDown
    lock(session, f"requester:{by}")
    if _has_asked(session, by, topic_id):
        raise errors.AlreadyAsked
    home = places.homes(session, [by]).get(by)
    if home is None:
        raise errors.NoHome
    own_place = places.venue(session, venue_id) if venue_id else None
    if venue_id and own_place is None:
        raise errors.NoPlace
    village_id = _village_of(session, by, home.district_id)
    request_id = new_id(session)
    spot = own_place or home
    request = LearningRequest(
        id=request_id,
        requester_id=by,
        village_id=village_id,
        topic_id=topic_id,
        level=level,
        people=number,
        words=words,
        place_kind=PlaceKind.OWN_PLACE if own_place else PlaceKind.NEAR_ME,
        venue_id=venue_id,
        lon=spot.lon,
        lat=spot.lat,
        reach_m=reach_m,
        language=language,
        needs=list(needs),
        from_date=from_date,
        until_date=until_date,
        state=State.OPEN,
        owner_id=_owner(session, village_id, now),
        opened_at=now,
        waiting_since=now,
        **_promised(session, Step.SEARCH, now),
    )
    session.add(request)
    session.flush()
    times = [{"request_id": request_id, "weekday": day, "starts": starts, "ends": ends} for day, starts, ends in spans]
    session.execute(insert(RequestTime), times)
    _keep_watch(session, [request])
    record(session, events.LearningRequestOpened(request_id, by, village_id, topic_id), now=now, by=by)
    return request_id


def join(session: Session, request_id: UUID, *, by: UUID, now: datetime, number: int = 1) -> None:
    """A neighbour wants the same and joins."""
    request = in_hand(session, request_id, State.OPEN, State.POOLING)
    row = {"request_id": request_id, "person_id": by, "people": number, "joined_at": now}
    if request.requester_id == by or insert_new(session, Companion, row) == 0:
        raise errors.AlreadyJoined
    record(session, events.LearningRequestJoined(request_id, by, request.village_id), now=now, by=by)
    tell(session, [request])


def withdraw(session: Session, request_id: UUID, *, by: UUID, now: datetime) -> None:
    """The requester, or the learning manager for them, no longer wants it."""
    request = in_hand(session, request_id)
    _move([request], State.WITHDRAWN, group_id=None)
    record(session, events.LearningRequestWithdrawn(request_id, request.village_id), now=now, by=by)
    tell(session, [request])


def leave(session: Session, request_id: UUID, *, by: UUID, now: datetime) -> None:
    """A companion no longer wants it; the request itself stays."""
    request = in_hand(session, request_id, State.OPEN, State.POOLING)
    companion = session.get(Companion, (request_id, by))
    if companion is None:
        raise errors.NoSuchRequest
    session.delete(companion)
    record(session, events.LearningRequestLeft(request_id, by, request.village_id), now=now, by=by)
    tell(session, [request])
    emit(session, f"person:{by}", "learning_request.changed", {"id": str(request_id)})


def pool(session: Session, ids: Iterable[UUID], *, group_id: UUID, now: datetime) -> None:
    """A group was found for these requests; finding another one does not put the promise off."""
    found = _waiting_all(session, ids)
    for request in found:
        promised = {} if request.state == State.POOLING else _promised(session, Step.PROPOSAL, now)
        _move([request], State.POOLING, group_id=group_id, why_not=None, **promised)
    _keep_watch(session, found)


def ask(session: Session, ids: Iterable[UUID], *, until: datetime, now: datetime) -> None:
    """An instructor is asked for these requests and answers before the deadline."""
    found = _waiting_all(session, ids, State.POOLING, State.ASKING)
    grace = timedelta(minutes=queries.rules(session, now).answer_grace_minutes)
    _move(found, State.ASKING, next_step=Step.ANSWER, next_at=until + grace)
    _keep_watch(session, found)


def confirm(session: Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """An instructor said yes; the date is written down next."""
    found = _waiting_all(session, ids, State.ASKING)
    _move(found, State.ASKING, **_promised(session, Step.CONFIRM, now))
    _keep_watch(session, found)


def call(session: Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """Nothing moves by itself any more: the learning manager gets in touch by the promised day."""
    found = _waiting_all(session, ids)
    for request in found:
        request.next_step = Step.CALL
        request.next_at = now + timedelta(days=queries.rules(session, now).promise_days[Step.CALL])
    _keep_watch(session, found)


def schedule(session: Session, ids: Iterable[UUID], *, activity_id: UUID, now: datetime) -> None:
    """The lecture is fixed: the wish has come true, but for the day itself."""
    found = _waiting_all(session, ids, State.POOLING, State.ASKING)
    _move(found, State.SCHEDULED, activity_id=activity_id, why_not=None)
    _answered(session, found, now)


def complete(session: Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """The lecture took place."""
    found = _in_state(session, ids, State.SCHEDULED)
    _move(found, State.DONE)
    _answered(session, found, now)


def mark_unserved(
    session: Session, request_id: UUID, *, words: str, by: UUID, now: datetime, change: Mapping[str, Any] | None = None
) -> None:
    """The learning manager says that it cannot be done, why, and what would help."""
    if not words.strip():
        raise errors.NoReasonGiven
    request = in_hand(session, request_id)
    known = dict(request.why_not or {"code": "manager"})
    known |= {"words": words.strip()} | ({"change": dict(change)} if change else {})
    _move([request], State.UNSERVED, why_not=known, group_id=None)
    _answered(session, [request], now)


def promise(session: Session, request_id: UUID, *, until: datetime, by: UUID, now: datetime) -> None:
    """The learning manager takes it on and says until when."""
    days = 4 * queries.rules(session, now).promise_days[Step.SEARCH]
    if not now < until <= now + timedelta(days=days):
        raise errors.PromiseTooFar(days=days)
    request = in_hand(session, request_id)
    _move([request], State(request.state), owner_id=by, next_step=Step.CALL, next_at=until)
    _keep_watch(session, [request])


def reopen(session: Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """What was found has fallen through, or somebody tries again: the search goes on and no promise is put off."""
    moved = _in_state(session, ids, State.POOLING, State.ASKING, State.SCHEDULED, State.UNSERVED)
    for request in moved:
        promised = _promised(session, Step.SEARCH, now)
        if request.next_at and request.next_at > now:
            promised["next_at"] = min(promised["next_at"], request.next_at)
        request.owner_id = request.owner_id or _owner(session, request.village_id, now)
        _move([request], State.OPEN, group_id=None, activity_id=None, **promised)
    _keep_watch(session, moved)
    for request in moved:
        record(session, events.LearningRequestReopened(request.id, request.village_id), now=now)


def explain(session: Session, reasons: Mapping[UUID, Mapping[str, Any]], *, now: datetime) -> None:
    """Note what stands in the way of requests that are still open, and what would help; says nothing twice."""
    told = [each for each in _in_state(session, reasons, State.OPEN) if each.why_not != reasons[each.id]]
    for request in told:
        request.why_not = dict(reasons[request.id])
    tell(session, told)


def keep_promise(session: Session, request_id: UUID, *, now: datetime) -> None:
    """The promised day came and the request still waits: its owner is called upon and has a new date."""
    request = session.get(LearningRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.state not in WAITING or not request.next_at or request.next_at > now:
        return
    if request.owner_id is None or request.owner_id not in _able_to_care(session, request.village_id, now):
        request.owner_id = _owner(session, request.village_id, now)
    _move([request], State(request.state), **_promised(session, Step.CALL, now))
    _keep_watch(session, [request])
    due = events.LearningRequestPromiseDue(request_id, request.owner_id, request.village_id)
    record(session, due, now=now)


def tell_of_name(session: Session, person_id: UUID) -> None:
    """Somebody who asked or joined is called otherwise."""
    ids = [each.id for each in queries.requests_of(session, person_id)]
    tell(session, session.scalars(select(LearningRequest).where(LearningRequest.id.in_(ids))))


def set_rules(session: Session, *, valid_from: date, rules: Mapping[str, Any]) -> None:
    """The city's rules from a day on; what is left out stays as the package's own rulebook says."""
    session.merge(Rulebook(municipality_id=places.municipality(session).id, valid_from=valid_from, rules=dict(rules)))


def in_hand(session: Session, request_id: UUID, *states: State) -> LearningRequest:
    """The request, locked, in one of the states (waiting, if none is named)."""
    return _waiting_all(session, [request_id], *states)[0]


def tell(session: Session, requests: Iterable[LearningRequest]) -> None:
    """Everybody concerned hears that the requests have changed."""
    session.flush()
    told = list(requests)
    members = queries.people_of(session, [each.id for each in told]) if told else {}
    for request in told:
        for person_id in members[request.id]:
            emit(session, f"person:{person_id}", "learning_request.changed", {"id": str(request.id)})
        emit(session, f"board:{request.village_id}", "learning_request.changed", {"id": str(request.id)})
    if told:
        emit(session, "staff", "learning_request.changed")


def _has_asked(session: Session, person_id: UUID, topic_id: UUID) -> bool:
    """Whether the person waits for this, or for its day: a lecture that is called off makes them wait again."""
    table = LearningRequest
    mine = (table.requester_id == person_id, table.topic_id == topic_id, table.state.in_([*WAITING, State.SCHEDULED]))
    return session.scalar(select(table.id).where(*mine)) is not None


def _village_of(session: Session, person_id: UUID, district_id: UUID) -> UUID:
    own = villages.villages_of(session, person_id)
    return own[0].id if own else villages.village_for(session, district_id)


def _owner(session: Session, village_id: UUID, now: datetime) -> UUID:
    """A learning manager of the village, else city staff, else the operator."""
    able = _able_to_care(session, village_id, now)
    if not able:
        raise errors.NobodyInCharge
    return able[0]


def _able_to_care(session: Session, village_id: UUID, now: datetime) -> list[UUID]:
    return (
        villages.managers(session, village_id, now)
        or people.holders(session, "staff", None, now)
        or people.holders(session, "operator", None, now)
    )


def _promised(session: Session, step: Step, now: datetime) -> dict[str, Any]:
    days = queries.rules(session, now).promise_days[step]
    return {"next_step": step, "next_at": now + timedelta(days=days)}


def _waiting_all(session: Session, ids: Iterable[UUID], *states: State) -> list[LearningRequest]:
    """These requests, locked, all of them in one of the states (waiting, if none is named)."""
    wanted = list(ids)
    found = _in_state(session, wanted, *(states or WAITING))
    if len(found) != len(wanted):
        known = session.scalars(select(LearningRequest.id).where(LearningRequest.id.in_(wanted))).all()
        raise errors.NoLongerOpen if len(known) == len(wanted) else errors.NoSuchRequest
    return found


def _in_state(session: Session, ids: Iterable[UUID], *states: State) -> list[LearningRequest]:
    table = LearningRequest
    query = select(table).where(table.id.in_(list(ids)), table.state.in_(states)).order_by(table.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(locked))


def _move(requests: Iterable[LearningRequest], state: State, **values: Any) -> None:
    for request in requests:
        request.state = state
        if state not in WAITING:
            request.next_step = request.next_at = None
        for name, value in values.items():
            setattr(request, name, value)


def _answered(session: Session, requests: Iterable[LearningRequest], now: datetime) -> None:
    for request in requests:
        record(session, events.LearningRequestAnswered(request.id, request.village_id, request.state), now=now)
    tell(session, requests)


def _keep_watch(session: Session, requests: Iterable[LearningRequest]) -> None:
    """A timer stands behind every promise, and everybody concerned hears of it."""
    for request in requests:
        assert request.next_at is not None
        set_timer(session, events.RequestPromise(request.id), at=request.next_at)
    tell(session, requests)
