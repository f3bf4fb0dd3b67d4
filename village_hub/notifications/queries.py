"""Reads of the inbox, of the letters under way, and of the people to be phoned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from village_hub.notifications.models import Channel, Delivery, DeliveryState, Notice
from village_hub.people import queries as people


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A message as an inbox shows it."""

    id: UUID
    text: str
    figures: dict[str, Any]
    link: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToPhone:
    """Somebody without e-mail, and what the learning manager tells them."""

    notice: NoticeFacts
    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter needs to be written; `is_repeated`: an earlier try may have sent it."""

    delivery_id: UUID
    key: str
    address: str
    name: str
    locale: str
    text: str
    figures: dict[str, Any]
    link: str
    invitation_id: UUID | None
    is_repeated: bool


def inbox(session: Session, person_id: UUID, *, limit: int = 20, skip: int = 0) -> list[NoticeFacts]:
    """A person's messages, the unread first, then the newest first."""
    order = (Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id)
    query = select(*_COLUMNS).where(Notice.person_id == person_id).order_by(*order)
    return [NoticeFacts(*row) for row in session.execute(query.limit(limit).offset(skip))]


def counts(session: Session, person_id: UUID) -> tuple[int, int]:
    """How many messages a person has, and how many of them are unread."""
    query = select(func.count(), func.count() - func.count(Notice.read_at)).where(Notice.person_id == person_id)
    total, unread = session.execute(query).one()
    return total, unread


def unread(session: Session, person_id: UUID) -> int:
    """How many unread messages a person has."""
    return counts(session, person_id)[1]


def to_phone(session: Session, village_id: UUID, now: datetime, limit: int = 50) -> list[ToPhone]:
    """Who has no e-mail and has not looked: the learning manager tells them, the oldest message first."""
    found = calls_due(session, village_id, now, limit)
    contacts = people.contacts(session, {person_id for person_id, _ in found}) if found else {}
    return [ToPhone(notice, contacts[person_id].name, contacts[person_id].phone) for person_id, notice in found]


def calls_due(session: Session, village_id: UUID, now: datetime, limit: int = 50) -> list[tuple[UUID, NoticeFacts]]:
    """Whom the learning manager has to call and about what, for pages that look the names up themselves."""
    query = select(Notice.person_id, *_COLUMNS).join(Delivery, Delivery.notice_id == Notice.id)
    ordered = query.where(_to_be_called(village_id, now)).order_by(Notice.created_at, Notice.id).limit(limit)
    return [(row[0], NoticeFacts(*row[1:])) for row in session.execute(ordered)]


def calls(session: Session, village_id: UUID, now: datetime) -> int:
    """How many calls a village's learning manager has to make."""
    query = select(func.count()).select_from(Delivery).join(Notice, Delivery.notice_id == Notice.id)
    return session.scalar(query.where(_to_be_called(village_id, now))) or 0


def deliveries(session: Session, notice_id: UUID) -> dict[str, str]:
    """The ways by which a notice goes, and how far each has come."""
    query = select(Delivery.channel, Delivery.state).where(Delivery.notice_id == notice_id)
    return dict(session.execute(query).all())


def letter(session: Session, delivery_id: UUID) -> LetterFacts | None:
    """A letter that is queued or under way, or None where there is nothing (more) to send."""
    columns = (
        Delivery.id, Delivery.address, Delivery.state, Notice.person_id, Notice.key, Notice.text, Notice.figures,
        Notice.link, Notice.invitation_id,
    )  # fmt: skip
    under_way = (DeliveryState.QUEUED, DeliveryState.SENDING)
    query = select(*columns).join(Notice, Delivery.notice_id == Notice.id).where(Delivery.id == delivery_id)
    row = session.execute(query.where(Delivery.state.in_(under_way))).one_or_none()
    if row is None:
        return None
    to = people.contacts(session, [row.person_id])[row.person_id]
    return LetterFacts(
        delivery_id=row.id,
        key=f"{row.key}:mail",
        address=row.address,
        name=to.name,
        locale=to.locale,
        text=row.text,
        figures=row.figures,
        link=row.link,
        invitation_id=row.invitation_id,
        is_repeated=row.state == DeliveryState.SENDING,
    )


_COLUMNS = (Notice.id, Notice.text, Notice.figures, Notice.link, Notice.created_at, Notice.read_at)


def _to_be_called(village_id: UUID, now: datetime) -> ColumnElement[bool]:
    return and_(
        Delivery.village_id == village_id,
        Delivery.channel == Channel.PHONE,
        Delivery.state == DeliveryState.QUEUED,
        Notice.read_at.is_(None),
        or_(Notice.until.is_(None), Notice.until > now),
    )
