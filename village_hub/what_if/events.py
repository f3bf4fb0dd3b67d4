"""Facts about what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class WhatIfAsked(Event, type="what_if.asked", stream="what_if:{what_if_id}"):
    """Somebody wants to know what other rules would have meant; a worker reckons."""

    what_if_id: UUID


@dataclass(frozen=True)
class WhatIfFinished(Event, type="what_if.finished", stream="what_if:{what_if_id}"):
    """The figures are there."""

    what_if_id: UUID


@dataclass(frozen=True)
class WhatIfCancelled(Event, type="what_if.cancelled", stream="what_if:{what_if_id}"):
    """Nobody waits for the figures any more."""

    what_if_id: UUID
