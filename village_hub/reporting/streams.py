"""Whom figures speak to: all of them the city's staff and the operator, a village's its learning managers too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream
from village_hub.people.queries import account
from village_hub.reporting import policies


def _whoever_sees_them(session: Session, person_id: UUID | None, key: str) -> bool:
    asking = account(session, person_id, session.info["clock"].now()) if person_id else None
    if asking is None or not policies.may_look(asking):
        return False
    seen = policies.villages_seen(asking)
    return seen is None or (bool(key) and UUID(key) in seen)


streams = (Stream("figures", _whoever_sees_them),)
