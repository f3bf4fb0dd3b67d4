"""What places are called and how they are reached stands on every page: everybody hears when that changes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream


def _everybody(_session: Session, _person_id: UUID | None, key: str) -> bool:
    return key == ""


streams = (Stream("places", _everybody),)
