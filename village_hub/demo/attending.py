"""What takes place: activities are announced, neighbours sign up, attendance is taken, people say how it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from village_hub.activities import queries, service
from village_hub.activities.events import ActivityScheduled, SessionCompleted
from village_hub.activities.service import ActivityDetails, Span
from village_hub.demo import names
from village_hub.demo.city import City, Room, Village
from village_hub.demo.story import ZONE, Story
from village_hub.demo.texts import read
from village_hub.demo.wishing import BEGINS
from village_hub.feedback import service as feedback

#: The days around today over which activities are spread.
FIRST, LAST = -15, 15
#: Of a hundred people with a seat, so many come, and so many excuse themselves.
COMING, EXCUSED = 86, 6
#: An activity with fewer people does not take place for that reason; what happens outdoors waits for the weather.
FEW, OUTDOORS = 4, ("campaign", "festival")
STARS = {"5": 58, "4": 29, "3": 9, "2": 3, "1": 1}


def plan_activities(story: Story, city: City, number: int) -> None:
    """Every village plans some activities over the month, no two alike; some clubs open their doors."""
    pool, meetings = read("activities")["activities"], read("activities")["meetings"]
    each_village, more = divmod(number * 5 // 6, len(city.villages))
    for place, village in enumerate(city.villages):
        for each in story.chance.some(pool, each_village + (place < more)):
            day = story.chance.between(FIRST, LAST)
            plan(story, city, village, each, day)
    for club_id, lead, _, village in story.chance.some(city.clubs, number - number * 5 // 6):
        each = {"kind": "event", "rooms": ["meeting_room", "library", "hall"], "starts": [600, 840], "times": 1}
        each |= {"seats": 15, "minimum": None, "fee": 0} | story.chance.one(meetings)
        plan(story, city, village, each, story.chance.between(FIRST, LAST), club_id=club_id, by=lead)


def plan(story: Story, city: City, village: Village, each: dict[str, Any], day: int, **known: Any) -> None:
    """One activity on the first fitting day from `day` on, announced some ten days before."""
    while (story.moment(day).astimezone(ZONE).weekday() < 5) is bool(each.get("weekend")):
        day += 1
    starts = story.chance.one(each["starts"])
    spans = [
        (story.moment(day + 7 * week, starts), story.moment(day + 7 * week, starts + each["minutes"]))
        for week in range(each["times"])
    ]
    announced = story.moment(max(day - story.chance.between(7, 14), BEGINS), story.chance.between(540, 1080))
    story.at(min(announced, story.until), partial(announce, story, city, village, each, spans, **known))


def announce(
    story: Story,
    city: City,
    village: Village,
    each: dict[str, Any],
    spans: list[Span],
    club_id: UUID | None = None,
    by: UUID | None = None,
    instructor_id: UUID | None = None,
) -> UUID | None:
    """An activity appears; the first room and volunteer that are free are taken. None where nothing fits."""
    coming = [span for span in spans if span[0] > story.now]
    for room in _rooms(story, city, village, each, spans):
        details = ActivityDetails(
            kind=each["kind"],
            title=each["title"],
            description=each["description"],
            village_id=village.id,
            club_id=club_id,
            topic_id=city.topics.get(each["topic"] or ""),
            venue_id=room.id if room else None,
            place_text="" if room else each.get("place", "마을 사랑방 앞"),
            instructor_id=instructor_id or _instructor(story, city, village, each),
            phone=village.phone,
            seats=min(each["seats"], room.capacity) if room and each["seats"] else each["seats"],
            minimum=each["minimum"],
            fee=each["fee"],
        )
        deed = partial(service.create, story.session, details, coming, by=by or village.manager, now=story.now)
        if (created := story.attempt_wholly(deed)) is not None:
            return created
    return None


def fill(story: Story, city: City, scheduled: ActivityScheduled) -> None:
    """Neighbours sign up until it begins; the desk is open when a session is over."""
    assert scheduled.village_id is not None
    village, activity = city.village(scheduled.village_id), queries.activity(story.session, scheduled.activity_id)
    if activity is None or activity.starts_at is None:
        return
    number = story.chance.between(0, 3)
    if scheduled.invitation_id is None:
        seats = activity.seats or 18
        number = max(3, min(seats * story.chance.between(35, 140) // 100, 36))
    hours = max(1, (activity.starts_at - story.now) // timedelta(hours=1))
    for each in story.chance.some(village.neighbours, number):
        story.later(partial(_enrol, story, activity.id, each.id), hours=(0, hours - 1))
    for held in queries.sessions_of(story.session, activity.id):
        story.at(held.ends_at + timedelta(minutes=15), partial(_take_attendance, story, city, village, held.id))
    if scheduled.invitation_id is None and story.chance.happens(8):
        story.at(activity.starts_at - timedelta(hours=30), partial(_cancel, story, city, village, activity.id))


def ask_how_it_was(story: Story, city: City, completed: SessionCompleted) -> None:
    """Almost half of those who were there say how it was."""
    for person_id in queries.present(story.session, completed.session_id):
        if person_id not in city.visitors and story.chance.happens(45):
            story.later(partial(_give_feedback, story, completed.session_id, person_id), hours=(1, 40))


def _rooms(
    story: Story, city: City, village: Village, each: dict[str, Any], spans: list[Span]
) -> Iterator[Room | None]:
    for room in city.rooms_near(village.place.name, each["rooms"], each.get("needs", "")):
        if all(room.is_open(*_hours(span)) for span in spans):
            yield room
    yield None


def _hours(span: Span) -> tuple[int, int, int]:
    starts, ends = (moment.astimezone(ZONE) for moment in span)
    return starts.weekday(), starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute


def _instructor(story: Story, city: City, village: Village, each: dict[str, Any]) -> UUID | None:
    if each["kind"] not in ("course", "lecture"):
        return None
    known = city.volunteers.get(each["topic"] or "", [])
    near = sorted(known, key=lambda one: abs(one.lon - village.place.lon) + abs(one.lat - village.place.lat))
    return story.chance.one(near[:4]).id if near else None


def _enrol(story: Story, activity_id: UUID, person_id: UUID) -> None:
    enrolled = story.attempt(partial(service.enrol, story.session, activity_id, person_id, now=story.now))
    if enrolled is not None and story.chance.happens(6):
        story.later(partial(_give_up_seat, story, activity_id, person_id), hours=(6, 120))


def _give_up_seat(story: Story, activity_id: UUID, person_id: UUID) -> None:
    story.attempt(partial(service.cancel_enrolment, story.session, activity_id, person_id, now=story.now))


def _cancel(story: Story, city: City, village: Village, activity_id: UUID) -> None:
    """What visitors look forward to takes place."""
    activity = queries.activity(story.session, activity_id)
    enrolled = queries.enrolled(story.session, activity_id)
    if activity is None or not city.visitors.isdisjoint([activity.instructor_id, *enrolled]):
        return
    why = "few" if len(enrolled) < FEW else "outdoors" if activity.kind in OUTDOORS else "indoors"
    reason = story.chance.one(read("answers")["cancelled"][why])
    deed = partial(service.cancel_activity, story.session, activity_id, reason=reason)
    story.attempt(partial(deed, by=village.manager, now=story.now))


def _take_attendance(story: Story, city: City, village: Village, session_id: UUID) -> None:
    held = queries.session_facts(story.session, session_id)
    if held is None or held.state != "planned":
        return
    by, now = village.manager, story.now
    for each in queries.attendees(story.session, session_id):
        if each.person_id and each.enrolment == "seated":
            drawn = story.chance.weighted(_SHARES)
            state = queries.AttendanceState("present" if each.person_id in city.visitors else drawn)
            service.mark_attendance(story.session, session_id, each.person_id, state, by=by, now=now)
    if story.chance.happens(20):
        walk_in = names.name(story.chance, names.decade(story.chance, "residents"))
        service.add_walk_in(story.session, session_id, walk_in, by=by, now=now)
    service.complete_session(story.session, session_id, by=by, now=now)


_SHARES = {"present": COMING, "excused": EXCUSED, "absent": 100 - COMING - EXCUSED}


def _give_feedback(story: Story, session_id: UUID, person_id: UUID) -> None:
    stars = story.chance.weighted(STARS)
    words = story.chance.one(read("answers")["feedback"][stars])
    feedback.give(story.session, session_id, stars=int(stars), words=words, by=person_id, now=story.now)
