"""Reckoning what other rules would have meant: long, shown as it goes, and stopped where nobody waits any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.what_if import queries, service
from village_hub.what_if.events import WhatIfAsked
from village_hub.what_if.queries import Compared, WhatIfFacts
from workers.actor import Effect, Ports

#: Seconds that two replays of the longest period may take before another worker begins anew.
LEASE = 3600

Outcome = tuple[WhatIfFacts, Compared | None]


def _prepare(session: Session, event: WhatIfAsked, *, now: datetime, attempt: int) -> WhatIfFacts | None:
    return service.begin(session, event.what_if_id)


def _reckon(asked: WhatIfFacts, ports: Ports) -> Outcome:
    with ports.database.read_session() as session:
        past = queries.past(session, asked.since, asked.until)

    def say(done: int) -> None:
        with ports.database.write_session() as session:
            service.note_progress(session, asked.id, asked.attempt, done)

    try:
        return asked, service.reckon(past, asked.since, asked.until, asked.rules, say)
    except service.Overtaken:
        return asked, None


def _settle(session: Session, event: WhatIfAsked, outcome: Outcome, *, now: datetime) -> None:
    asked, compared = outcome
    service.finish(session, asked.id, asked.attempt, compared, now=now)


reckon = Effect("what_if.reckon", _prepare, _reckon, _settle, LEASE)
