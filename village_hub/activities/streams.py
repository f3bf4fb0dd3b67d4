"""Whom an activity's stream speaks to: everybody, for it carries seats and changes, never people."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream


def _everybody(_session: Session, _person_id: UUID | None, key: str) -> bool:
    return bool(UUID(key))


streams = (Stream("activity", _everybody),)
