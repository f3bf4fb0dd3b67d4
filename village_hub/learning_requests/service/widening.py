"""A wish that asks for less: another hour, a longer way, another language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from village_hub.kernel.events import record
from village_hub.learning_requests import errors, events, queries
from village_hub.learning_requests.models import LearningRequest, RequestTime, State
from village_hub.learning_requests.service.waiting import in_hand, tell
from village_hub.places import queries as places


def take_up(session: Session, request_id: UUID, *, change: str, by: UUID, now: datetime) -> None:
    """The resident, or the learning manager for them, agrees to what would help: the wish is wider now."""
    request = in_hand(session, request_id, State.OPEN)
    offered = queries.request(session, request_id)
    assert offered is not None
    known = {each.code: each for each in offered.why_not.changes} if offered.why_not else {}
    if change not in WIDENING or change not in known:
        raise errors.NotOffered
    WIDENING[change](session, request, known[change], now)
    request.why_not = None
    session.flush()
    record(session, events.LearningRequestWidened(request_id, request.village_id, change), now=now, by=by)
    tell(session, [request])


def _another_hour(session: Session, request: LearningRequest, change: queries.Change, now: datetime) -> None:
    """That hour of the week, for as long as a class is."""
    assert change.at is not None
    begins = change.at.astimezone(ZoneInfo(places.municipality(session).time_zone))
    starts = 60 * begins.hour + begins.minute
    ends = min(starts + queries.rules(session, now).length_minutes, 24 * 60)
    span = session.get(RequestTime, (request.id, begins.weekday(), starts))
    if span is None:
        session.add(RequestTime(request_id=request.id, weekday=begins.weekday(), starts=starts, ends=ends))
    else:
        span.ends = max(span.ends, ends)
    request.from_date, request.until_date = (
        min(request.from_date, begins.date()),
        max(request.until_date, begins.date()),
    )


def _further(session: Session, request: LearningRequest, change: queries.Change, now: datetime) -> None:
    request.reach_m += change.amount


def _another_language(session: Session, request: LearningRequest, change: queries.Change, now: datetime) -> None:
    request.language = change.subject


#: What a resident can agree to at once.
WIDENING: dict[str, Callable[[Session, LearningRequest, queries.Change, datetime], None]] = {
    "other_hour": _another_hour,
    "further": _further,
    "other_language": _another_language,
}
