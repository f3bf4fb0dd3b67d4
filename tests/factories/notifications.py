"""Messages for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.notifications import service


def a_notice(session: Session, person_id: UUID, key: str = "test", **given: Any) -> UUID:
    """A new message to somebody."""
    values: dict[str, Any] = {
        "text": "You have a seat in “%(title)s”: %(when)s, %(place)s.",
        "figures": {"title": "꽃 심기", "when": session.info["clock"].now(), "place": "마을 회관"},
        "link": "/inbox",
    } | given
    notice_id = service.notify(session, person_id, key=key, now=session.info["clock"].now(), **values)
    assert notice_id is not None
    session.flush()
    return notice_id
