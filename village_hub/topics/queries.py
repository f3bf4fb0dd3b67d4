"""Reads of the taxonomy: grouped for choosing, by id for showing, by free text for finding."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.topics import models

#: Share of a topic's letter pairs that a free text must contain to be taken for it.
LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic in one language; `area` is the area's code."""

    id: UUID
    code: str
    name: str
    area: str
    area_name: str


@dataclass(frozen=True, slots=True)
class Area:
    """A learning area with its topics."""

    code: str
    name: str
    topics: tuple[Topic, ...]


def topics(session: Session, locale: str) -> list[Topic]:
    """Every topic that can be chosen, in the order of the taxonomy."""
    return [topic for topic, _ in _worded(session, locale)]


def areas(session: Session, locale: str) -> list[Area]:
    """The learning areas that have topics, each with its own."""
    grouped: dict[str, list[Topic]] = {}
    for topic in topics(session, locale):
        grouped.setdefault(topic.area, []).append(topic)
    return [Area(code, each[0].area_name, tuple(each)) for code, each in grouped.items()]


def names(session: Session, ids: Iterable[UUID], locale: str) -> dict[UUID, str]:
    """The names of these topics, also of those that can no longer be chosen."""
    name = models.Topic.name_en if locale.startswith("en") else models.Topic.name_ko
    query = select(models.Topic.id, name).where(models.Topic.id.in_(set(ids)))
    return dict(session.execute(query).all())


def topic(session: Session, topic_id: UUID, locale: str) -> Topic | None:
    """One topic that can be chosen, or None."""
    return next((each for each in topics(session, locale) if each.id == topic_id), None)


def find(session: Session, text: str, locale: str, limit: int = 8) -> list[Topic]:
    """The topics that somebody may mean who writes this, the likeliest first; both languages are understood."""
    wanted = _plain(text)
    if not wanted:
        return []
    scored = [(max(_likeness(wanted, each) for each in words), topic) for topic, words in _worded(session, locale)]
    likely = sorted((-score, place) for place, (score, _) in enumerate(scored) if score >= LIKENESS)
    return [scored[place][1] for _, place in likely[:limit]]


def _worded(session: Session, locale: str) -> list[tuple[Topic, list[str]]]:
    area = models.TopicArea
    english = locale.startswith("en")
    query = (
        select(models.Topic.__table__, area.name_ko.label("area_ko"), area.name_en.label("area_en"))
        .join(area, area.code == models.Topic.area_code)
        .where(models.Topic.active)
        .order_by(models.Topic.code)
    )
    found = []
    for row in session.execute(query):
        name, area_name = (row.name_en, row.area_en) if english else (row.name_ko, row.area_ko)
        words = [_plain(each) for each in (row.name_ko, row.name_en, *row.words)]
        found.append((Topic(row.id, row.code, name, row.area_code, area_name), words))
    return found


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _likeness(wanted: str, known: str) -> float:
    """2 where the topic's word is said, 1.5 where what is said is the beginning of it, else shared letter pairs."""
    if known in wanted:
        return 2 + len(known) / 100
    if wanted in known:
        return 1.5
    pairs = {known[at : at + 2] for at in range(len(known) - 1)}
    return sum(pair in wanted for pair in pairs) / len(pairs) if pairs else 0.0
