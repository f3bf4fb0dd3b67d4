"""Whoever answers for the city hears how far a what-if is, and how fair the last run was."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream
from village_hub.people.queries import account
from village_hub.what_if.policies import may_look


def _whoever_may_look(session: Session, person_id: UUID | None, key: str) -> bool:
    if person_id is None or key:
        return False
    return may_look(account(session, person_id, session.info["clock"].now()))


streams = (Stream("what_if", _whoever_may_look), Stream("fairness", _whoever_may_look))
