"""Topics for tests: the taxonomy that every installation has."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.topics import queries, service


def a_topic(session: Session, name: str = "스마트폰 사진") -> UUID:
    """The topic of this Korean name."""
    if not queries.topics(session, "ko"):
        service.load_taxonomy(session)
    return next(topic.id for topic in queries.topics(session, "ko") if topic.name == name)
