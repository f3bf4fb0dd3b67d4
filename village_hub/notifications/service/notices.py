"""Telling people something, once, by every way that reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from village_hub.kernel.db import insert_new
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.jobs import set_timer
from village_hub.kernel.signals import emit
from village_hub.notifications.errors import NoSuchNotice
from village_hub.notifications.events import LetterDue, NoticeTold
from village_hub.notifications.models import Channel, Delivery, DeliveryState, Notice
from village_hub.people import queries as people

#: A text or number; a moment, a span or a length of time; or one text for each language.
Figure = str | int | datetime | tuple[datetime, datetime] | timedelta | Mapping[str, str]


def notify(
    session: Session,
    person_id: UUID,
    *,
    key: str,
    text: str,
    figures: Mapping[str, Figure],
    link: str,
    now: datetime,
    mail: bool = True,
    call_from: UUID | None = None,
    invitation_id: UUID | None = None,
    until: datetime | None = None,
    not_before: datetime | None = None,
) -> UUID | None:
    """Put a message into a person's inbox unless they have it; returns its id where it is new.

    With `mail` it also goes to their e-mail address; whoever has none is called from the village `call_from`, as long
    as they have not read it and `until` has not passed. No letter leaves before `not_before`.
    """
    notice_id = new_id(session)
    row = {
        "id": notice_id,
        "person_id": person_id,
        "key": f"{key}:{person_id}",
        "text": text,
        "figures": {name: _kept(value) for name, value in figures.items()},
        "link": link,
        "invitation_id": invitation_id,
        "until": until,
        "created_at": now,
    }
    if insert_new(session, Notice, row) == 0:
        return None
    emit(session, f"person:{person_id}", "notice.new", {"id": str(notice_id)})
    if mail:
        _send_out(session, person_id, notice_id, call_from, max(now, not_before or now))
    return notice_id


def read_one(session: Session, notice_id: UUID, *, by: UUID, now: datetime) -> str:
    """The person has seen a message; returns where it leads."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.person_id != by:
        raise NoSuchNotice
    if notice.read_at is None:
        notice.read_at = now
        emit(session, f"person:{by}", "notice.read", {"id": str(notice_id)})
        _tell_callers(session, notice_id)
    return notice.link


def read_all(session: Session, *, by: UUID, now: datetime) -> None:
    """The person has seen every message."""
    seen = update(Notice).where(Notice.person_id == by, Notice.read_at.is_(None)).values(read_at=now)
    session.execute(seen.execution_options(synchronize_session=False))
    emit(session, f"person:{by}", "notice.read")


def tell(session: Session, notice_id: UUID, *, by: UUID, now: datetime) -> None:
    """The learning manager has told the person on the phone; saying so twice changes nothing."""
    call = session.scalars(_call(notice_id)).one_or_none()
    notice = session.get(Notice, notice_id)
    if call is None or notice is None:
        raise NoSuchNotice
    if call.state == DeliveryState.SENT:
        return
    call.state, call.settled_at, call.settled_by = DeliveryState.SENT, now, by
    assert call.village_id is not None
    record(session, NoticeTold(notice_id, notice.person_id, call.village_id), now=now, by=by)
    _tell_callers(session, notice_id)


def caller_of(session: Session, notice_id: UUID) -> UUID:
    """The village from which somebody is to be called about a message."""
    call = session.scalars(_call(notice_id)).one_or_none()
    if call is None or call.village_id is None:
        raise NoSuchNotice
    return call.village_id


def _send_out(session: Session, person_id: UUID, notice_id: UUID, call_from: UUID | None, at: datetime) -> None:
    contact = people.contacts(session, [person_id]).get(person_id)
    delivery_id = new_id(session)
    delivery = {"id": delivery_id, "notice_id": notice_id, "state": DeliveryState.QUEUED, "why": ""}
    if contact and contact.email:
        session.add(Delivery(**delivery, channel=Channel.MAIL, address=contact.email))
        session.flush()
        set_timer(session, LetterDue(delivery_id), at=at)
    elif call_from:
        session.add(Delivery(**delivery, channel=Channel.PHONE, address="", village_id=call_from))
        session.flush()
        _tell_callers(session, notice_id)


def _tell_callers(session: Session, notice_id: UUID) -> None:
    village_id = session.scalar(select(Delivery.village_id).where(Delivery.notice_id == notice_id))
    if village_id:
        emit(session, f"board:{village_id}", "calls.changed", {"id": str(notice_id)})


def _call(notice_id: UUID) -> Select[Delivery]:
    return select(Delivery).where(Delivery.notice_id == notice_id, Delivery.channel == Channel.PHONE)


def _kept(value: Figure) -> Any:
    """Moments are kept as what they are, so that each reader sees them in their own words."""
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case timedelta():
            return {"minutes": value // timedelta(minutes=1)}
        case (datetime() as start, datetime() as end):
            return {"span": [start.isoformat(), end.isoformat()]}
        case Mapping():
            return dict(value)
    return value
