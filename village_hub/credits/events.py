"""Hours that were given back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class CreditAwarded(Event, type="credit.awarded", stream="ledger:{person_id}"):
    person_id: UUID
    session_id: UUID
    minutes: int
    village_id: UUID | None = None
