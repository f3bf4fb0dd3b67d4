"""What people said about a session; who said what stays with the answers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class FeedbackSubmitted(Event, type="feedback.submitted", stream="session:{session_id}"):
    session_id: UUID
    activity_id: UUID
    person_id: UUID
    stars: int


@dataclass(frozen=True)
class FeedbackChanged(Event, type="feedback.changed", stream="session:{session_id}"):
    session_id: UUID
    activity_id: UUID
    person_id: UUID
    stars: int
