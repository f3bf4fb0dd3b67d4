"""What can be learned: the law's seven areas, their sub-areas, and topics in everyday words."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, true
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class TopicArea(Base):
    """One of the learning areas of the Lifelong Education Act, article 2."""

    __tablename__ = "topic_area"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_ko: Mapped[str]
    name_en: Mapped[str]


class TopicSubarea(Base):
    """A part of a learning area; figures are counted by it."""

    __tablename__ = "topic_subarea"

    code: Mapped[str] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("topic_area.code"))
    name_ko: Mapped[str]
    name_en: Mapped[str]


class Topic(Base):
    """Something that residents wish to learn and volunteers can teach, named as they would say it."""

    __tablename__ = "topic"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("topic_area.code"), index=True)
    subarea_code: Mapped[str] = mapped_column(ForeignKey("topic_subarea.code"))
    name_ko: Mapped[str]
    name_en: Mapped[str]
    #: Other words people use for it, so that free text finds it.
    words: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(server_default=true(), default=True)
