"""A resident's day: what is mine today, what I asked for, what is near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.activities.queries import ActivityFacts, SessionFacts
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests.queries import Named

#: A session that began this long ago may still be going on.
LONGEST_SESSION = timedelta(hours=12)
MINE_AHEAD, NEAR_AHEAD = timedelta(days=30), timedelta(days=14)
MOST_MINE, MOST_NEAR, MOST_REQUESTS = 5, 6, 3
OVER = ("done", "withdrawn")


@dataclass(frozen=True, slots=True)
class Day:
    """`mine` are the coming sessions of a person, the next first; `near` what neighbours do meanwhile."""

    mine: list[SessionFacts]
    near: list[ActivityFacts]
    activities: dict[UUID, ActivityFacts]
    requests: list[Named]
    more_requests: int


def day(session: Session, person_id: UUID, village_id: UUID | None, locale: str, now: datetime) -> Day:
    """What a person's first page shows; without a village, `near` is the whole city."""
    mine = coming_sessions(session, person_id, now)
    around = activities.sessions_between(session, now, now + NEAR_AHEAD, village_id=village_id, limit=60)
    own = {each.activity_id for each in mine}
    near = list(dict.fromkeys(each.activity_id for each in around if each.activity_id not in own))[:MOST_NEAR]
    known = activities.activities(session, [*own, *near], now)
    going_on = [each for each in learning_requests.requests_of(session, person_id) if each.state not in OVER]
    return Day(
        mine=mine,
        near=[known[each] for each in near],
        activities=known,
        requests=learning_requests.named(session, going_on[:MOST_REQUESTS], locale),
        more_requests=len(going_on[MOST_REQUESTS:]),
    )


def coming_sessions(session: Session, person_id: UUID, now: datetime) -> list[SessionFacts]:
    """The sessions that a person has a seat in or teaches, running ones first."""
    begun = now - LONGEST_SESSION
    found = activities.sessions_between(session, begun, now + MINE_AHEAD, person_id=person_id, limit=40)
    return [each for each in found if each.ends_at > now][:MOST_MINE]


def this_week(session: Session, now: datetime) -> list[ActivityFacts]:
    """What happens in the city within a week, for whoever comes by."""
    around = activities.sessions_between(session, now, now + timedelta(days=7), limit=60)
    ids = list(dict.fromkeys(each.activity_id for each in around))[:MOST_NEAR]
    return list(activities.activities(session, ids, now).values())
