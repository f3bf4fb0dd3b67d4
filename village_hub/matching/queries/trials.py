"""Questions what a change of a proposal would cost, and their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.matching.models import Trial


@dataclass(frozen=True, slots=True)
class TrialFacts:
    """What would be changed, and what that would cost once it is counted."""

    id: UUID
    proposal_id: UUID
    asked: dict[str, Any]
    answer: dict[str, Any] | None
    asked_by: UUID
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried: the proposal as it stands, or otherwise, or without somebody or some place for these people."""

    kind: str
    instructor_id: UUID | None = None
    venue_id: UUID | None = None
    starts_at: datetime | None = None
    people: tuple[UUID, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "instructor_id": str(self.instructor_id) if self.instructor_id else None,
            "venue_id": str(self.venue_id) if self.venue_id else None,
            "starts_at": self.starts_at.isoformat() if self.starts_at else None,
            "people": [str(each) for each in self.people],
        }

    @classmethod
    def from_json(cls, known: dict[str, Any]) -> Wanted:
        return cls(
            known["kind"],
            UUID(known["instructor_id"]) if known["instructor_id"] else None,
            UUID(known["venue_id"]) if known["venue_id"] else None,
            datetime.fromisoformat(known["starts_at"]) if known["starts_at"] else None,
            tuple(map(UUID, known["people"])),
        )


def trial(session: Session, trial_id: UUID) -> TrialFacts | None:
    """One question, or None."""
    columns = (Trial.id, Trial.proposal_id, Trial.asked, Trial.answer, Trial.asked_by, Trial.asked_at)
    row = session.execute(select(*columns).where(Trial.id == trial_id)).first()
    return TrialFacts(*row) if row else None
