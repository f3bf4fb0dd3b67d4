"""Whoever may carry files in hears how all of them fare."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream
from village_hub.people.policies import is_staff_or_operator
from village_hub.people.queries import account


def _whoever_imports(session: Session, person_id: UUID | None, key: str) -> bool:
    if person_id is None or key:
        return False
    return is_staff_or_operator(account(session, person_id, session.info["clock"].now()))


streams = (Stream("imports", _whoever_imports),)
