"""Questions to instructors, and their answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class State(StrEnum):
    """RFC 5545's words for a participant's answer, and the two ways in which a question ends without one."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why an instructor says no."""

    NO_TIME = "no_time"
    TOO_FAR = "too_far"
    OTHER_TOPIC = "other_topic"
    GROUP = "group"
    HEALTH = "health"
    OTHER = "other"
    OTHER_TIME = "other_time"


class Invitation(Base):
    """One question to one instructor; of a group's invitations only one can be accepted, whatever happens."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "state IN ('needs_action', 'accepted', 'declined', 'expired', 'withdrawn')", name="state_is_known"
        ),
        Index(
            "uq_invitation_accepted_group",
            "group_id",
            unique=True,
            sqlite_where=text("state = 'accepted'"),
            postgresql_where=text("state = 'accepted'"),
        ),
        Index(
            "uq_invitation_waiting",
            "group_id",
            "instructor_id",
            unique=True,
            sqlite_where=text("state = 'needs_action'"),
            postgresql_where=text("state = 'needs_action'"),
        ),
        Index("ix_invitation_instructor_id", "instructor_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), index=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id"))
    instructor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    village_id: Mapped[UUID] = mapped_column(ForeignKey("village.id"))
    #: When and where, as it was asked: a later change of the proposal does not change the question.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    state: Mapped[str]
    deadline: Mapped[datetime]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reason_code: Mapped[str | None]
    reason_words: Mapped[str]
    other_starts_at: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    #: Keeps instructor and room from the acceptance on.
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold.id"))


class QuestionPlace(Base):
    """One of the few places that an instructor has for questions in a week or a month.

    Numbers up to `allowed` are given once each, so nobody is asked more often, whoever asks at the same time. A group
    takes one place, however often it asks the same instructor.
    """

    __tablename__ = "question_place"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND allowed", name="within_the_cap"),
        UniqueConstraint("instructor_id", "period", "group_id", name="uq_question_place_group"),
    )

    instructor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    #: A week or month of the city's own calendar, such as "2026-W48" or "2026-11".
    period: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    allowed: Mapped[int]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id"))
