"""A club's public page speaks to everybody."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream


def _everybody(_session: Session, _person_id: UUID | None, key: str) -> bool:
    return bool(UUID(key))


streams = (Stream("club", _everybody),)
