"""Whom activities' streams, and the city's for those of no village, speak to: everybody; they carry no people."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.live.registry import Stream


def _everybody(_session: Session, _person_id: UUID | None, key: str) -> bool:
    return bool(UUID(key))


def _whoever_comes(_session: Session, _person_id: UUID | None, key: str) -> bool:
    return key == ""


streams = (Stream("activity", _everybody), Stream("city", _whoever_comes))
