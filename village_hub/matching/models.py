"""Match runs and what they suggest: groups, proposals, and whom not to ask again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class GroupState(StrEnum):
    FORMING = "forming"
    ASKING = "asking"
    SCHEDULED = "scheduled"
    DISSOLVED = "dissolved"


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class MatchRun(Base):
    """One solve, with the certificate of how good its plan is: no plan is worth more than `bound`."""

    __tablename__ = "match_run"
    __table_args__ = (Index("ix_match_run_finished_at", "finished_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    trigger: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    wishes: Mapped[int]
    instructors: Mapped[int]
    venues: Mapped[int]
    classes: Mapped[int]
    value: Mapped[float]
    bound: Mapped[float]
    gap: Mapped[float]
    input_hash: Mapped[str]
    engine_version: Mapped[str]
    seed: Mapped[int]
    #: Everything anew, or only what had changed since the run before; and how much that was.
    way: Mapped[str]
    changed: Mapped[int]
    rules_version: Mapped[str]
    effort: Mapped[int]
    steps: Mapped[int]
    seconds: Mapped[float]
    #: The part of the value that proposals already shown add by staying as they are.
    stability: Mapped[float]


class RunRecord(Base):
    """What a run was given, the plan and the prices that came of it, packed; kept for some days."""

    __tablename__ = "match_run_record"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    given: Mapped[bytes]
    plan: Mapped[bytes]
    tariff: Mapped[bytes]


class LearningGroup(Base):
    """Requests pooled so that one lecture serves them."""

    __tablename__ = "learning_group"
    __table_args__ = (
        CheckConstraint("state IN ('forming', 'asking', 'scheduled', 'dissolved')", name="state_is_known"),
        Index("ix_learning_group_village_id", "village_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"))
    level: Mapped[str]
    village_id: Mapped[UUID] = mapped_column(ForeignKey("village.id"))
    state: Mapped[str]
    formed_at: Mapped[datetime]


class GroupRequest(Base):
    """A request's place in a group; a request is in one group at a time."""

    __tablename__ = "learning_group_request"
    __table_args__ = (
        Index(
            "uq_learning_group_request_active",
            "request_id",
            unique=True,
            sqlite_where=text("active = 1"),
            postgresql_where=text("active = true"),
        ),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id"), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("learning_request.id"), primary_key=True)
    people: Mapped[int]
    active: Mapped[bool]


class Proposal(Base):
    """One suggested group x instructor x venue x time; a pinned one was changed by hand and is left alone by runs."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'asked', 'accepted', 'dropped')", name="state_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index(
            "uq_proposal_live_group",
            "group_id",
            unique=True,
            sqlite_where=text("state <> 'dropped'"),
            postgresql_where=text("state <> 'dropped'"),
        ),
        Index("ix_proposal_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_run.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id"))
    instructor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    language: Mapped[str]
    people: Mapped[int]
    score: Mapped[float]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: The next best instructors for the same group, place and hour, best first.
    alternatives: Mapped[list[str]]
    state: Mapped[str]
    pinned: Mapped[bool]
    proposed_at: Mapped[datetime]


class PassedOver(Base):
    """This instructor is not asked for this request again."""

    __tablename__ = "passed_over"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("learning_request.id"), primary_key=True)
    instructor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]


class DecisionKind(StrEnum):
    APPROVED = "approved"  # the proposal's instructor was asked
    PINNED = "pinned"  # the proposal stays as it is
    CHANGED = "changed"  # another instructor, place or time
    DISMISSED = "dismissed"  # not this instructor for this group
    APART = "apart"  # these people never in one class
    INSTRUCTOR = "instructor"  # not this instructor for these people
    VENUE = "venue"  # not this place for these people


class Decision(Base):
    """What somebody decided by hand and why; as long as nobody ends it, later runs keep to it.

    Rules are about people, not requests: they also hold for what the same people ask for next. `everybody` are all
    people of the village.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('approved', 'pinned', 'changed', 'dismissed', 'apart', 'instructor', 'venue')",
            name="kind_is_known",
        ),
        CheckConstraint("kind <> 'instructor' OR instructor_id IS NOT NULL", name="instructor_is_named"),
        CheckConstraint("kind <> 'venue' OR venue_id IS NOT NULL", name="venue_is_named"),
        CheckConstraint(
            "kind NOT IN ('approved', 'pinned', 'changed', 'dismissed') OR proposal_id IS NOT NULL",
            name="proposal_is_named",
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("ix_decision_village_id", "village_id", "decided_at"),
        Index("ix_decision_proposal_id", "proposal_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[UUID] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[str]
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    instructor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    everybody: Mapped[bool]
    reason: Mapped[str]
    words: Mapped[str]
    #: Who, where and when it was before a change, for whoever takes the change back.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class DecisionPerson(Base):
    """Somebody whom a decision is about."""

    __tablename__ = "decision_person"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class Trial(Base):
    """A question what a change of a proposal would cost, and the engine's answer; nothing else comes of it."""

    __tablename__ = "trial"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), index=True)
    asked: Mapped[dict[str, Any]]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
