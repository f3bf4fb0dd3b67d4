"""Saying how a session was."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.activities.errors import NoSuchSession
from village_hub.clubs import queries as clubs
from village_hub.feedback import errors, queries
from village_hub.feedback.events import FeedbackChanged, FeedbackSubmitted
from village_hub.feedback.models import Feedback
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit


def give(session: Session, session_id: UUID, *, stars: int, words: str, by: UUID, now: datetime) -> None:
    """Somebody who was there says how it was; within a week the answer can be changed."""
    held = activities.session_facts(session, session_id)
    if held is None:
        raise NoSuchSession
    if not activities.was_present(session, session_id, by):
        raise errors.NotThere
    if held.state != activities.SessionState.COMPLETED:
        raise errors.NotFinished
    lock(session, f"session:{session_id}")
    own = (Feedback.session_id == session_id, Feedback.person_id == by)
    known = session.scalars(select(Feedback).where(*own).execution_options(populate_existing=True)).one_or_none()
    fact = FeedbackChanged if known else FeedbackSubmitted
    if known is None:
        known = Feedback(id=new_id(session), session_id=session_id, person_id=by, given_at=now)
        session.add(known)
    days = queries.rules().editable_days
    if now > known.given_at + timedelta(days=days):
        raise errors.NoLongerChangeable(days=days)
    known.stars, known.words, known.changed_at = stars, words.strip(), now
    session.flush()
    record(session, fact(session_id, held.activity_id, by, stars), now=now, by=by)
    _tell(session, held)


def _tell(session: Session, held: activities.SessionFacts) -> None:
    """Whoever may read what all said together looks again; who said it is in no signal."""
    leads = [each.person_id for each in clubs.members(session, held.club_id) if each.is_lead] if held.club_id else []
    audiences = [f"person:{each}" for each in {held.instructor_id, *leads} if each]
    for audience in [*audiences, f"board:{held.village_id}"] if held.village_id else audiences:
        emit(session, audience, "feedback.given", {"id": str(held.id)})
