"""Clubs for tests."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.clubs import service
from village_hub.clubs.service import ClubDetails


def a_club(session: Session, village_id: UUID, lead_id: UUID, name: str = "미사 사진동아리") -> UUID:
    """A club of a village with its lead as the only member."""
    details = ClubDetails(name=name, description="함께 걷고 찍어요.", meets="매주 수요일 오전 10시, 주민센터")
    now = session.info["clock"].now()
    return service.found(session, village_id, details, lead_id=lead_id, founded_on=date(2025, 4, 1), now=now)
