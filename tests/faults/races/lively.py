"""A village in which every form of the application is on somebody's page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.activities import a_seat, an_activity
from tests.factories.clubs import a_club
from tests.factories.imports import an_import
from tests.factories.learning_requests import a_neighbour
from tests.factories.notifications import a_notice
from tests.factories.people import a_resident
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from tests.factories.villages import a_member
from tests.faults.races.groups import a_group
from tests.home.living_village import LivingVillage, a_living_village
from village_hub.activities import queries as activities
from village_hub.activities import service as activities_service
from village_hub.clubs import service as clubs
from village_hub.imports.reading import Kind
from village_hub.invitations import service as invitations
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import service as learning_requests
from village_hub.matching import service as matching
from village_hub.matching.models import DecisionKind
from village_hub.matching.queries.decisions import OFTEN
from village_hub.talents import service as talents

#: Somebody who opens pages (None: without a sign-in), and where they begin besides the first page.
Lookers = dict[str, tuple[UUID | None, tuple[str, ...]]]


def lookers_at_everything(
    session: Session, database: OneConnectionDatabase, clock: SettableClock, folder: Path
) -> Lookers:
    """The people of the village, with a form of every kind before one of them."""
    village, now = a_living_village(session), clock.now()
    village_id, resident, manager = village.village_id, village.people["resident"].id, village.people["manager"].id
    token = _questions(session, village)
    _decided_by_hand(session, village)
    newcomer, companion = a_neighbour(session, "새이웃"), a_neighbour(session, "박말순")
    a_member(session, village_id, companion)
    paused = a_volunteer(session, "쉬는이").id
    talents.pause(session, paused, now=now)
    learning_requests.join(session, _id(village, "request_id"), by=companion, now=now)
    clubs.join(session, a_club(session, village_id, companion, "미사 합창단"), manager, now=now)
    code, over = _classes_of_today(session, village, resident, companion)
    a_notice(session, resident, call_from=village_id)
    database.settle()
    an_import(database, folder, Kind.COURSES, dry_run=True)
    secured, activity = a_resident(session, "비번이", email="secured@village.example").id, village.things["activity_id"]
    clock.advance(timedelta(minutes=10))
    return {
        "operator": (village.people["operator"].id, ("/people?name=복순", f"/people/{manager}")),
        "manager": (manager, (f"/villages/{village_id}/calls", f"/activities/{activity}/enrolments?name=말순")),
        "staff": (village.people["staff"].id, (f"/villages/{village_id}/managers?name=복순",)),
        "instructor": (village.people["instructor"].id, ()),
        "resident": (resident, (f"/check-in/{code}",)),
        "newcomer": (newcomer, (f"/learning-requests/new?topic={a_topic(session)}",)),
        "companion": (companion, (f"/sessions/{over}/feedback",)),
        "paused": (paused, ()),
        "with a password": (secured, ()),
        "stranger": (None, (f"/invitations/by-link/{token}",)),
    }


def _questions(session: Session, village: LivingVillage) -> str:
    """One question is open, one was answered with another time, and one proposal was not asked yet."""
    now, instructor = session.info["clock"].now(), village.people["instructor"].id
    token = invitations.issue_link(session, _id(village, "invitation_id"))
    venue = a_venue(session, "덕풍도서관")
    (other,) = invitations.invite(session, a_group(session, [instructor], venue, now + timedelta(days=4)), now=now)
    later = now + timedelta(days=5)
    invitations.propose_other_time(session, other, starts_at=later, by=instructor, now=now)
    a_group(session, [instructor], venue, now + timedelta(days=6))
    return token


def _decided_by_hand(session: Session, village: LivingVillage) -> None:
    """A room was ruled out again and again, and another hour would help somebody."""
    now, manager, resident = session.info["clock"].now(), village.people["manager"].id, village.people["resident"].id
    for _ in range(OFTEN):
        matching.rule_out(
            session, DecisionKind.VENUE, village_id=village.village_id, people=[resident], reason="place", by=manager,
            venue_id=_id(village, "venue_id"), now=now,
        )  # fmt: skip
    change = {"code": "other_hour", "amount": 1, "subject": "", "at": (now + timedelta(days=7)).isoformat()}
    why_not = {"code": "too_few_people", "figures": {"missing": 1}, "change": change, "changes": [change]}
    learning_requests.explain(session, {_id(village, "request_id"): why_not}, now=now)


def _classes_of_today(session: Session, village: LivingVillage, resident: UUID, companion: UUID) -> tuple[str, UUID]:
    """A class that begins, with somebody at the desk who has no account, and one that is over."""
    now, manager = session.info["clock"].now(), village.people["manager"].id
    soon = now + timedelta(minutes=5)
    names = {"꽃차": resident, "들꽃 그리기": companion}
    begun = [an_activity(session, village.village_id, manager, title=each, seats=1, starts_at=soon) for each in names]
    for activity_id, person_id in zip(begun, names.values(), strict=True):
        a_seat(session, activity_id, person_id)
    today, over = (activities.sessions_of(session, each)[0] for each in begun)
    activities_service.add_walk_in(session, today.id, "지나가던 이", by=manager, now=now)
    present = activities.AttendanceState.PRESENT
    activities_service.mark_attendance(session, over.id, companion, present, by=manager, now=now)
    activities_service.complete_session(session, over.id, by=manager, now=now)
    assert today.code
    return today.code, over.id


def _id(village: LivingVillage, name: str) -> UUID:
    found = village.things[name]
    assert isinstance(found, UUID)
    return found
