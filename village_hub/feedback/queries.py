"""Reads of answers: one's own, and what an instructor may know once enough people have answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from village_hub.feedback.models import Feedback


@dataclass(frozen=True, slots=True)
class Rules:
    """For how many days an answer can be changed, and how many answers it takes until they are shown."""

    editable_days: int
    shown_from: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said."""

    stars: int
    words: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What those who were there said together; `average` is None and `words` is empty while too few have answered."""

    answers: int
    average: float | None
    words: tuple[str, ...]


@cache
def rules() -> Rules:
    """The rulebook of feedback."""
    return Rules(**json.loads(Path(__file__).with_name("rulebook.json").read_text("utf-8")))


def answer(session: Session, session_id: UUID, person_id: UUID) -> Answer | None:
    """A person's own answer about a session, or None."""
    query = select(Feedback.stars, Feedback.words, Feedback.given_at)
    own = (Feedback.session_id == session_id, Feedback.person_id == person_id)
    row = session.execute(query.where(*own)).one_or_none()
    return Answer(*row) if row else None


def summary(session: Session, session_id: UUID) -> Summary:
    """Never who: words stand in the order of the alphabet, and nothing is told before three have answered."""
    query = select(func.count(), func.avg(Feedback.stars)).where(Feedback.session_id == session_id)
    answers, average = session.execute(query).one()
    if answers < rules().shown_from:
        return Summary(answers, None, ())
    said = select(Feedback.words).where(Feedback.session_id == session_id, Feedback.words != "")
    return Summary(answers, float(average), tuple(sorted(session.scalars(said))))
