"""How a session was, in the words of those who were there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Feedback(Base):
    """One person's answer about one session."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_are_one_to_five"),
        UniqueConstraint("session_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("activity_session.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    stars: Mapped[int]
    words: Mapped[str]
    given_at: Mapped[datetime]
    changed_at: Mapped[datetime]
