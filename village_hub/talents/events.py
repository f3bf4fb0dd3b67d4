"""Facts about what volunteers offer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class TalentOffered(Event, type="talent.offered", stream="teaching:{person_id}"):
    person_id: UUID
    talent_id: UUID


@dataclass(frozen=True)
class TalentWithdrawn(Event, type="talent.withdrawn", stream="teaching:{person_id}"):
    person_id: UUID
    talent_id: UUID


@dataclass(frozen=True)
class OfferChanged(Event, type="offer.changed", stream="teaching:{person_id}"):
    """Where, when or how often a volunteer teaches is new."""

    person_id: UUID


@dataclass(frozen=True)
class OfferPaused(Event, type="offer.paused", stream="teaching:{person_id}"):
    person_id: UUID


@dataclass(frozen=True)
class OfferResumed(Event, type="offer.resumed", stream="teaching:{person_id}"):
    person_id: UUID
