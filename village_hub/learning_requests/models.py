"""What residents want to learn; and the city's rulebook, dated, as data."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class State(StrEnum):
    OPEN = "open"
    POOLING = "pooling"
    ASKING = "asking"
    SCHEDULED = "scheduled"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    UNSERVED = "unserved"


class Step(StrEnum):
    """What happens next, and so what the next date means."""

    SEARCH = "search"  # neighbours, an instructor and a place are looked for
    PROPOSAL = "proposal"  # the learning manager looks at a proposal
    ANSWER = "answer"  # an instructor answers
    CONFIRM = "confirm"  # an instructor said yes, the date is being written down
    CALL = "call"  # the learning manager gets in touch


class PlaceKind(StrEnum):
    NEAR_ME = "near_me"
    OWN_PLACE = "own_place"


#: States in which somebody waits: each has an owner, a next step, a next date and a timer.
WAITING = (State.OPEN, State.POOLING, State.ASKING)
_WAITING_SQL = "state IN ('open', 'pooling', 'asking')"


class LearningRequest(Base):
    """A wish to learn; the place is the requester's home or the place that they name."""

    __tablename__ = "learning_request"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'pooling', 'asking', 'scheduled', 'done', 'withdrawn', 'unserved')",
            name="state_is_known",
        ),
        CheckConstraint(
            f"NOT {_WAITING_SQL} OR (owner_id IS NOT NULL AND next_step IS NOT NULL AND next_at IS NOT NULL)",
            name="waiting_has_owner_and_date",
        ),
        CheckConstraint("state <> 'unserved' OR why_not IS NOT NULL", name="unserved_has_a_reason"),
        CheckConstraint("place_kind IN ('near_me', 'own_place')", name="place_kind_is_known"),
        CheckConstraint("place_kind <> 'own_place' OR venue_id IS NOT NULL", name="own_place_is_named"),
        CheckConstraint("level IN ('any', 'beginner', 'intermediate', 'advanced')", name="level_is_known"),
        CheckConstraint("people BETWEEN 1 AND 200", name="people_is_sensible"),
        CheckConstraint("reach_m > 0", name="reach_is_positive"),
        CheckConstraint("until_date >= from_date", name="dates_are_in_order"),
        Index(
            "uq_learning_request_waiting_topic",
            "requester_id",
            "topic_id",
            unique=True,
            sqlite_where=text(_WAITING_SQL),
            postgresql_where=text(_WAITING_SQL),
        ),
        Index("ix_learning_request_village_id", "village_id", "state", "next_at"),
        Index("ix_learning_request_group_id", "group_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    requester_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    village_id: Mapped[UUID] = mapped_column(ForeignKey("village.id"))
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"), index=True)
    level: Mapped[str]
    people: Mapped[int]
    words: Mapped[str]
    place_kind: Mapped[str]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    lon: Mapped[float]
    lat: Mapped[float]
    reach_m: Mapped[int]
    language: Mapped[str]
    needs: Mapped[list[str]]
    from_date: Mapped[date]
    until_date: Mapped[date]
    state: Mapped[str]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    next_step: Mapped[str | None]
    next_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    waiting_since: Mapped[datetime]
    #: The group and the activity belong to later capabilities, whose tables come after this one.
    group_id: Mapped[UUID | None]
    activity_id: Mapped[UUID | None]
    #: What stands in the way, as a code with figures, and the smallest change that would help.
    why_not: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class RequestTime(Base):
    """A span of one weekday (0 = Monday), in minutes since midnight, that suits the request."""

    __tablename__ = "learning_request_time"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name="span_is_within_a_day"),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("learning_request.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    starts: Mapped[int] = mapped_column(primary_key=True)
    ends: Mapped[int]


class Companion(Base):
    """A neighbour who wants the same and joined."""

    __tablename__ = "companion"
    __table_args__ = (CheckConstraint("people BETWEEN 1 AND 200", name="people_is_sensible"),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("learning_request.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    people: Mapped[int]
    joined_at: Mapped[datetime]


class Rulebook(Base):
    """A city's operating rules from a date on; what it leaves out stands in the package's own rulebook."""

    __tablename__ = "rulebook"

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]]
