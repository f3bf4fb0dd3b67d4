"""What must have come of a journey, once, whatever happened on the way."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.orm import Session

from village_hub.activities.models import Activity, ActivitySession, Attendance, Enrolment
from village_hub.credits.models import LedgerAccount, Transfer
from village_hub.doctor import examine
from village_hub.feedback.models import Feedback
from village_hub.invitations.models import Invitation
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import Job
from village_hub.learning_requests.models import LearningRequest
from village_hub.notifications.models import Delivery, Notice

#: Jobs that come round again for ever are never all done.
RECURRING = ("matching.due", "kernel.tidying_due", "doctor.examination_due")


def everything_is_done(database: Database) -> bool:
    """Whether every fact has its jobs and every job whose moment has come is done."""
    due = (Job.state.in_(["waiting", "running"]), Job.run_at <= database.clock.now(), Job.actor.not_in(RECURRING))
    with database.read_session() as session:
        unrelayed = _count(session, sa.select(RecordedEvent.id).where(RecordedEvent.jobs.is_(None)))
        return unrelayed == 0 and _count(session, sa.select(Job.id).where(*due)) == 0


def outcome(database: Database) -> dict[str, Any]:
    """How many there are of each thing that a journey leaves behind."""
    with database.read_session() as session:
        told = session.execute(sa.select(Notice.person_id, Notice.text, Notice.link)).all()
        balances = session.scalars(sa.select(LedgerAccount.balance)).all()
        return {
            "requests": sorted(session.scalars(sa.select(LearningRequest.state))),
            "accepted": _count(session, sa.select(Invitation.id).where(Invitation.state == "accepted")),
            "lectures": _count(session, sa.select(Activity.id)),
            "sessions": sorted(session.scalars(sa.select(ActivitySession.state))),
            "enrolled": sorted(Counter(session.scalars(sa.select(Enrolment.person_id))).values()),
            "seats": sorted(session.scalars(sa.select(Enrolment.seat_no))),
            "present": sorted(Counter(session.scalars(sa.select(Attendance.person_id))).values()),
            "answers": _count(session, sa.select(Feedback.id)),
            "transfers": _count(session, sa.select(Transfer.id)),
            "ledger": sum(balances),
            "told more than once": sorted((each.text, times) for each, times in Counter(told).items() if times > 1),
            "letters": sorted(Counter(session.scalars(sa.select(Delivery.state).where(Delivery.channel == "mail")))),
            "jobs given up": sorted(session.scalars(sa.select(Job.key).where(Job.state.in_(["dead", "quarantined"])))),
            "rules broken": [each.invariant.name for each in examine(session, now=database.clock.now())],
        }


def expected(people: int, joined: int, answers: int) -> dict[str, Any]:
    """The same after an undisturbed journey of so many people."""
    return {
        "requests": ["done"],
        "accepted": 1,
        "lectures": 1,
        "sessions": ["completed"],
        "enrolled": [1] * people,
        "seats": list(range(1, people + 1)),
        "present": [1] * people,
        "answers": answers,
        "transfers": 1,
        "ledger": 0,
        "told more than once": [("A neighbour has joined your request “%(topic)s”.", joined)],
        "letters": ["sent"],
        "jobs given up": [],
        "rules broken": [],
    }


def notices(database: Database) -> set[tuple[str, str]]:
    """Who was told what."""
    with database.read_session() as session:
        return {(str(person), text) for person, text in session.execute(sa.select(Notice.person_id, Notice.text))}


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
