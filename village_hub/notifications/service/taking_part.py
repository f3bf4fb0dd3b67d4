"""What people hear about the activities that they take part in or teach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.activities.queries import ActivityFacts, EnrolmentState, SessionState
from village_hub.invitations import queries as invitations
from village_hub.kernel.errors import N_
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.notifications.service.notices import Figure, notify
from village_hub.places import queries as places

#: A reminder that comes later than this before a session was set for another day.
REMINDED = timedelta(hours=40)


def activity_scheduled(session: Session, activity_id: UUID, *, now: datetime) -> None:
    """Everybody who asked for the lecture, and its instructor, hear when and where."""
    activity = activities.activity(session, activity_id, now)
    if activity is None or activity.state != "scheduled":
        return
    key = f"activity.scheduled:{activity_id}"
    if activity.invitation_id:
        text = N_("“%(title)s” is fixed, and you have a seat: %(when)s, %(place)s, with %(instructor)s.")
        _tell(session, activity, activities.enrolled(session, activity_id), key, text, now)
    if activity.instructor_id and activity.instructor_id != activity.created_by:
        text = N_("You teach “%(title)s”: %(when)s, %(place)s. Thank you!")
        _tell(session, activity, [activity.instructor_id], key, text, now)


def activity_changed(session: Session, activity_id: UUID, *, now: datetime) -> None:
    """Everybody concerned hears of a new time or place; changing only words tells nobody twice."""
    activity = activities.activity(session, activity_id, now)
    if activity is None or activity.state != "scheduled":
        return
    planned = [each for each in activities.sessions_of(session, activity_id) if each.state == SessionState.PLANNED]
    when_and_where = "".join(f"{each.starts_at}{each.ends_at}" for each in planned) + activity.place
    key = f"activity.changed:{activity_id}:{sha256(when_and_where.encode()).hexdigest()[:16]}"
    text = N_("“%(title)s” has changed. Please look: %(when)s, %(place)s.")
    _tell(session, activity, _concerned(session, activity), key, text, now)


def activity_cancelled(session: Session, activity_id: UUID, *, now: datetime) -> None:
    """Everybody concerned hears that it does not take place, and why."""
    activity = activities.activity(session, activity_id, now)
    if activity is None or activity.state != "cancelled":
        return
    text = N_("“%(title)s” does not take place (%(when)s). The reason: %(reason)s")
    _tell(session, activity, _concerned(session, activity), f"activity.cancelled:{activity_id}", text, now)


def enrolment_confirmed(session: Session, activity_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Somebody who signed up hears that there is a seat; those who asked for the lecture hear when it is fixed."""
    activity, own = _enrolment(session, activity_id, person_id, now)
    if activity and own and own.state == EnrolmentState.SEATED and not _asked_for_it(session, activity, person_id):
        key = f"enrolment.confirmed:{activity_id}:{own.enrolled_at.isoformat()}"
        text = N_("You have a seat in “%(title)s”: %(when)s, %(place)s.")
        _tell(session, activity, [person_id], key, text, now)


def enrolment_waiting(session: Session, activity_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Somebody who signed up hears the place in the line."""
    activity, own = _enrolment(session, activity_id, person_id, now)
    if activity and own and own.state == EnrolmentState.WAITING and own.place:
        key = f"enrolment.waiting:{activity_id}:{own.enrolled_at.isoformat()}"
        text = N_("“%(title)s” is full. You are number %(number)s on the waiting list and move up by yourself.")
        _tell(session, activity, [person_id], key, text, now, number=own.place)


def enrolment_promoted(session: Session, activity_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Somebody who waited hears at once that a seat is theirs."""
    activity, own = _enrolment(session, activity_id, person_id, now)
    if activity and own and own.state == EnrolmentState.SEATED:
        key = f"enrolment.promoted:{activity_id}:{own.enrolled_at.isoformat()}"
        text = N_("A seat became free: you can come to “%(title)s”, %(when)s, %(place)s.")
        _tell(session, activity, [person_id], key, text, now)


def enrolment_cancelled(session: Session, activity_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Somebody who no longer comes has it in writing, once a day."""
    activity, own = _enrolment(session, activity_id, person_id, now)
    if activity and own is None:
        key = f"enrolment.cancelled:{activity_id}:{now.date()}"
        text = N_("You are no longer on the list of “%(title)s”. You can sign up again at any time.")
        _tell(session, activity, [person_id], key, text, now)


def session_reminder(session: Session, session_id: UUID, *, now: datetime) -> None:
    """The day before, everybody with a seat and the instructor are reminded."""
    held = activities.session_facts(session, session_id)
    if held is None or held.is_off or not timedelta() < held.starts_at - now < REMINDED:
        return
    activity = activities.activity(session, held.activity_id, now)
    assert activity is not None
    seated = activities.enrolled(session, held.activity_id, EnrolmentState.SEATED)
    people = [*seated, activity.instructor_id] if activity.instructor_id else seated
    venue = places.venue(session, held.venue_id) if held.venue_id else None
    place = venue.label if venue else held.place_text
    key = f"session.reminder:{session_id}:{held.starts_at.isoformat()}"
    text = N_("Soon: “%(title)s”, %(when)s, %(place)s.")
    _tell(session, activity, people, key, text, now, when=(held.starts_at, held.ends_at), place=place)


def session_completed(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Those who were there are asked how it was."""
    held = activities.session_facts(session, session_id)
    if held is None or held.state != SessionState.COMPLETED:
        return
    for person_id in activities.present(session, session_id):
        notify(
            session,
            person_id,
            key=f"session.completed:{session_id}",
            text=N_("How was “%(title)s”? Please tell us; it takes a minute."),
            figures={"title": held.title},
            link=f"/sessions/{session_id}/feedback",
            now=now,
        )


def credit_awarded(session: Session, session_id: UUID, person_id: UUID, minutes: int, *, now: datetime) -> None:
    """The volunteer hears how much was written down."""
    held = activities.session_facts(session, session_id)
    if held is None:
        return
    notify(
        session,
        person_id,
        key=f"credit.awarded:{session_id}",
        text=N_("Thank you for teaching “%(title)s”. %(time)s of giving back were written down."),
        figures={"title": held.title, "time": timedelta(minutes=minutes)},
        link="/my/giving-back",
        now=now,
    )


def _enrolment(
    session: Session, activity_id: UUID, person_id: UUID, now: datetime
) -> tuple[ActivityFacts | None, activities.EnrolmentFacts | None]:
    """Both as they are now: what has been overtaken is not told any more."""
    return activities.activity(session, activity_id, now), activities.enrolment(session, activity_id, person_id)


def _asked_for_it(session: Session, activity: ActivityFacts, person_id: UUID) -> bool:
    invitation = invitations.invitation(session, activity.invitation_id) if activity.invitation_id else None
    if invitation is None:
        return False
    members = learning_requests.people_of(session, matching.group_requests(session, invitation.group_id))
    return any(person_id in each for each in members.values())


def _concerned(session: Session, activity: ActivityFacts) -> list[UUID]:
    people = activities.enrolled(session, activity.id)
    return [*people, activity.instructor_id] if activity.instructor_id else people


def _tell(
    session: Session,
    activity: ActivityFacts,
    people: Iterable[UUID],
    key: str,
    text: str,
    now: datetime,
    **more: Figure,
) -> None:
    """Until it is over, whoever has no e-mail is called from the activity's village."""
    starts_at, ends_at = activity.next_at or activity.starts_at, activity.next_ends_at or activity.ends_at
    when: Figure = (starts_at, ends_at) if starts_at and ends_at else ""
    known: dict[str, Figure] = {"title": activity.title, "when": when, "place": activity.place}
    figures = known | {"instructor": activity.instructor, "reason": activity.reason} | more
    for person_id in dict.fromkeys(people):
        notify(
            session,
            person_id,
            key=key,
            text=text,
            figures={name: value for name, value in figures.items() if f"%({name})s" in text},
            link=f"/activities/{activity.id}",
            call_from=activity.village_id,
            until=ends_at,
            now=now,
        )
