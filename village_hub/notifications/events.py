"""When a letter has to leave, and the fact that somebody was told on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer


@dataclass(frozen=True)
class NoticeTold(Event, type="notice.told", stream="notice:{notice_id}"):
    notice_id: UUID
    person_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class LetterDue(Timer, type="letter.due"):
    delivery_id: UUID
