"""A village in which something of everything is going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.clubs import a_club
from tests.factories.invitations import an_invitation
from tests.factories.learning_requests import a_managed_village, a_request
from tests.factories.people import a_manager, a_resident, a_staff_member, account_of, an_operator
from tests.factories.places import a_district, a_municipality, a_venue, settle
from tests.factories.villages import a_member
from tests.factories.what_if import a_what_if
from village_hub.activities import queries as activities
from village_hub.kernel.ids import new_id
from village_hub.kernel.jobs import Job, JobState
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.matching.models import DecisionKind
from village_hub.people.queries import Account
from village_hub.villages import service as villages


@dataclass(frozen=True)
class LivingVillage:
    """The people by role, and one of each thing that a page is about."""

    people: dict[str, Account]
    things: dict[str, object]

    @property
    def village_id(self) -> UUID:
        assert isinstance(self.things["village_id"], UUID)
        return self.things["village_id"]


def a_living_village(session: Session) -> LivingVillage:
    """A manager, a resident with a class today, an instructor who is asked, and what belongs to them."""
    now = session.info["clock"].now()
    village_id = a_managed_village(session)
    asked = an_invitation(session)
    manager = a_manager(session, village_id, "한미영")
    resident = a_resident(session, "김복순")
    settle(session, resident.id)
    a_member(session, village_id, resident.id)
    club_id = a_club(session, village_id, resident.id)
    venue_id = a_venue(session, "미사도서관", "배움터")
    activity_id = an_activity(
        session, village_id, manager.id, title="처음 배우는 수채화", kind="course", venue_id=venue_id,
        starts_at=now + timedelta(hours=5), times=3, seats=15, club_id=club_id,
    )  # fmt: skip
    a_seat(session, activity_id, resident.id)
    an_activity(session, village_id, manager.id, title="한강 줍깅")
    request_id = a_request(session, by=resident.id)
    a_centre(session)
    run = matching.last_run(session)
    assert run is not None
    decision_id = matching_service.rule_out(
        session, DecisionKind.VENUE, village_id=village_id, people=[resident.id], venue_id=venue_id, reason="place",
        words="계단이 힘들대요", by=manager.id, now=now,
    )  # fmt: skip
    job_id = a_job(session, JobState.DEAD)
    staff = a_staff_member(session)
    session.flush()
    held = activities.sessions_of(session, activity_id)[0]
    return LivingVillage(
        people={
            "resident": resident,
            "instructor": account_of(session, asked.instructor_id),
            "manager": manager,
            "staff": staff,
            "operator": an_operator(session),
        },
        things={
            "village_id": village_id,
            "club_id": club_id,
            "venue_id": venue_id,
            "activity_id": activity_id,
            "session_id": held.id,
            "request_id": request_id,
            "proposal_id": asked.proposal_id,
            "invitation_id": asked.id,
            "person_id": resident.id,
            "job_id": job_id,
            "what_if_id": a_what_if(session, by=staff.id),
            "run_id": run.id,
            "decision_id": decision_id,
            "code": held.code or "000000",
        },
    )


def a_centre(session: Session, name: str = "미사 거점센터", phone: str = "031-790-5555") -> None:
    """A base centre that can be called."""
    villages.open_centre(
        session, municipality_id=a_municipality(session), district_id=a_district(session), name=name, phone=phone
    )


def a_job(session: Session, state: JobState, key: str = "test") -> UUID:
    """A job that was tried some times."""
    now = session.info["clock"].now()
    job = Job(
        id=new_id(session), key=key, actor="notifications.send_mail", message_type="test", args={}, run_at=now,
        state=state, attempts=8, crashes=0, fence=8, last_error="OSError: the mail server is away",
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job.id
