"""Whom a person's own stream, the city staff's and the operators' speak to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream
from village_hub.people.policies import is_operator, is_staff
from village_hub.people.queries import account


def _is_oneself(_session: Session, person_id: UUID | None, key: str) -> bool:
    return person_id is not None and UUID(key) == person_id


def _is_an_operator(session: Session, person_id: UUID | None, _key: str) -> bool:
    return person_id is not None and is_operator(account(session, person_id, session.info["clock"].now()))


def _is_of_the_staff(session: Session, person_id: UUID | None, _key: str) -> bool:
    return person_id is not None and is_staff(account(session, person_id, session.info["clock"].now()))


streams = (
    Stream("person", _is_oneself),
    Stream("staff", _is_of_the_staff),
    Stream("operator", _is_an_operator),
)
