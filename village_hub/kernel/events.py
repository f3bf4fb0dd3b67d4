"""Facts: what happened, in the past tense, numbered without gaps in the stream of the thing it happened to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from village_hub.kernel.db import Base, next_in
from village_hub.kernel.doorbell import EVENTS
from village_hub.kernel.ids import new_id
from village_hub.kernel.messages import Message


class Event(Message):
    """A fact. Subclass as a frozen dataclass: `class ClubFounded(Event, type="club.founded", stream="club:{club_id}")`.

    A field called `village_id` places the fact in a village.
    """

    stream: ClassVar[str]

    def __init_subclass__(cls, *, stream: str | None = None, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if stream is not None:
            cls.stream = stream

    @property
    def stream_name(self) -> str:
        """The stream of the thing that the fact happened to, such as `club:0190…`."""
        return self.stream.format_map(vars(self))


class EventStream(Base):
    """How far a thing's stream of facts has come."""

    __tablename__ = "event_stream"

    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]


class RecordedEvent(Base):
    """A fact as it was written down; never changed, but for the number of jobs that the relay has made of it."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index("ix_event_unrelayed", "id", postgresql_where="jobs IS NULL", sqlite_where="jobs IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    stream: Mapped[str]
    seq: Mapped[int]
    type: Mapped[str]
    version: Mapped[int]
    occurred_at: Mapped[datetime]
    actor: Mapped[UUID | None]
    village: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    jobs: Mapped[int | None]


def lock(session: Session, stream: str) -> None:
    """Be the only one who changes this thing until the transaction ends; first come, first served."""
    next_in(session, EventStream, stream, step=0)


def record(session: Session, fact: Event, *, now: datetime, by: UUID | None = None) -> int:
    """Write a fact down in the business transaction; returns its number in the thing's stream."""
    stream = fact.stream_name
    seq = next_in(session, EventStream, stream)
    session.add(
        RecordedEvent(
            id=new_id(session),
            stream=stream,
            seq=seq,
            type=fact.type,
            version=fact.version,
            occurred_at=now,
            actor=by,
            village=getattr(fact, "village_id", None),
            payload=fact.to_json(),
        )
    )
    session.info["rings"].add((EVENTS, ""))
    return seq
