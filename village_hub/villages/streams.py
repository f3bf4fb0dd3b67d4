"""Whom a village speaks to: everybody by its public stream, its managers and the city's staff by its board."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream
from village_hub.people.queries import account
from village_hub.villages import policies


def _everybody(_session: Session, _person_id: UUID | None, key: str) -> bool:
    return bool(UUID(key))


def _whoever_runs_it(session: Session, person_id: UUID | None, key: str) -> bool:
    if person_id is None:
        return False
    return policies.may_run(account(session, person_id, session.info["clock"].now()), UUID(key))


streams = (Stream("village", _everybody), Stream("board", _whoever_runs_it))
