"""A list on paper comes in a day later, and nobody presses the button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from tests.activities.test_attending import PRESENT, Desk
from village_hub.activities import service


def test_a_session_whose_list_comes_in_late_is_finished_by_itself_too(
    session: Session, drain: Callable[[], int]
) -> None:
    desk = Desk(session)
    held = desk.go_to(0, minutes=24 * 60)
    drain()
    assert desk.sessions[0].state == "planned"

    service.mark_attendance(session, held, desk.learner, PRESENT, by=desk.manager, now=desk.clock.now())
    desk.clock.advance(timedelta(hours=3))
    drain()

    session.expire_all()
    assert desk.sessions[0].state == "completed"
