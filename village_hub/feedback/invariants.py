"""What must be true of what people say about sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select

from village_hub.activities import invariants as activities
from village_hub.feedback.events import FeedbackSubmitted
from village_hub.feedback.models import Feedback
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, Rows, invariant, twice
from village_hub.kernel.traces import recorded


@invariant(N_("Everybody answers once about a session."), REPORT)
def people_answer_once(now: datetime) -> Rows:
    return twice(Feedback.session_id, Feedback.person_id)


@invariant(N_("Answers are about sessions that took place, with one to five stars."), REPORT)
def answers_are_about_what_took_place(now: datetime) -> Rows:
    held = activities.sessions()
    completed = select(held.c.id).where(held.c.state == "completed")
    is_sound = and_(Feedback.session_id.in_(completed), Feedback.stars.between(1, 5))
    return select(Feedback.id, Feedback.session_id, Feedback.stars).where(~is_sound)


@invariant(N_("Every answer was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    given = recorded(FeedbackSubmitted, session_id=Feedback.session_id, person_id=Feedback.person_id)
    return select(Feedback.id, Feedback.session_id).where(~given)


INVARIANTS = (people_answer_once, answers_are_about_what_took_place, what_happened_was_written_down)
