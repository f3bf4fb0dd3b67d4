"""Learning clubs and their members."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Club(Base):
    """Residents of a village who go on learning together; a name is used once at a time in a village."""

    __tablename__ = "club"
    __table_args__ = (
        Index(
            "uq_club_open_name",
            "village_id",
            "name",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
            sqlite_where=text("closed_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[UUID] = mapped_column(ForeignKey("village.id"))
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("topic.id"))
    name: Mapped[str]
    description: Mapped[str]
    #: When and where it meets, in its own words.
    meets: Mapped[str]
    founded_on: Mapped[date]
    closed_on: Mapped[date | None]


class ClubMember(Base):
    """A person belongs to a club, once at a time."""

    __tablename__ = "club_member"
    __table_args__ = (
        Index(
            "uq_club_member_active",
            "club_id",
            "person_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
            sqlite_where=text("until IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    club_id: Mapped[UUID] = mapped_column(ForeignKey("club.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    is_lead: Mapped[bool] = mapped_column(server_default=false(), default=False)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
