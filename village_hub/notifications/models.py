"""What people were told, and by which ways it reaches them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Channel(StrEnum):
    MAIL = "mail"
    PHONE = "phone"


class DeliveryState(StrEnum):
    """`unknown`: the letter was handed over, but nobody said whether it was taken; it is not sent twice."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Notice(Base):
    """One message to one person; its words are put together in the reader's language when it is read."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person_id", "person_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: What it is about: the same is told to the same person once.
    key: Mapped[str] = mapped_column(unique=True)
    #: An English msgid with places for the figures.
    text: Mapped[str]
    figures: Mapped[dict[str, Any]]
    link: Mapped[str]
    #: The question whose letter carries a link that works without signing in.
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id"))
    #: Afterwards nobody needs to be told any more.
    until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(Base):
    """One way by which a notice reaches its reader: a letter, or a call of the learning manager."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("channel IN ('mail', 'phone')", name="channel_is_known"),
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'unknown', 'failed')", name="state_is_known"),
        CheckConstraint("channel <> 'phone' OR village_id IS NOT NULL", name="call_has_a_village"),
        UniqueConstraint("notice_id", "channel"),
        Index("ix_delivery_village_id", "village_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[str]
    #: The e-mail address; empty for calls.
    address: Mapped[str]
    #: Whose learning manager calls.
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("village.id"))
    state: Mapped[str]
    why: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
