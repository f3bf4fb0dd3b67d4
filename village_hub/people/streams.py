"""Whom a person's own stream and the operators' stream speak to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream
from village_hub.people.policies import is_operator
from village_hub.people.queries import account


def _is_oneself(_session: Session, person_id: UUID | None, key: str) -> bool:
    return person_id is not None and UUID(key) == person_id


def _is_an_operator(session: Session, person_id: UUID | None, _key: str) -> bool:
    return person_id is not None and is_operator(account(session, person_id, session.info["clock"].now()))


streams = (Stream("person", _is_oneself), Stream("operator", _is_an_operator))
