"""The journey of a wish, step by step, by people with plain HTTP clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select

from tests.journeys.city import City
from tests.journeys.forms import forms_of
from tests.journeys.installation import Installation
from tests.journeys.visitor import Visitor
from tests.journeys.waiting import within
from village_hub.activities.models import Activity, ActivitySession
from village_hub.activities.service import sessions
from village_hub.credits.models import Transfer
from village_hub.invitations.models import Invitation
from village_hub.kernel.db import Database
from village_hub.learning_requests.models import LearningRequest
from village_hub.matching.models import Proposal

#: Seconds until what workers do must have arrived, whatever was killed: a match run's lease is two minutes, but a new
#: one comes round every minute.
PATIENCE = 100
TIMES = ["mon-afternoon", "tue-afternoon", "wed-afternoon", "thu-afternoon", "fri-afternoon"]


class Journey:
    """From the wish to the hours; each step is one thing that one person does."""

    def __init__(self, installation: Installation, city: City) -> None:
        self.city, self._installation = city, installation
        self._visitors: dict[UUID, Visitor] = {}

    def steps(self) -> list[Callable[[], object]]:
        """Everything that people do, in order."""
        joining = [partial(self.join, each) for each in self.city.neighbours[:4]]
        marking = [partial(self.mark, each) for each in (self.city.resident, *self.city.neighbours)]
        telling = [partial(self.tell, each) for each in self.city.neighbours[:3]]
        return [self.wish, *joining, self.ask, self.say_yes, self.enrol, *marking, self.finish, *telling]

    def wish(self) -> None:
        """The resident asks for a lecture, in three screens."""
        resident, new = self.by(self.city.resident), "/learning-requests/new"
        when = resident.press(new, new, topic_id=str(self.city.topic))
        check = resident.send(forms_of(when.url, when.text)[-1], weekly=TIMES)
        sent = resident.send(forms_of(check.url, check.text)[-1], words="손주 사진을 잘 찍고 싶어요.")
        assert "/learning-requests/" in sent.url
        assert sent.status_code == 200

    def join(self, person_id: UUID) -> None:
        """A neighbour who begins to ask for the same finds the wish and joins it."""
        neighbour, new = self.by(person_id), "/learning-requests/new"
        when = neighbour.press(new, new, topic_id=str(self.city.topic))
        joining = [each for each in forms_of(when.url, when.text) if each.action.endswith("/companions")]
        assert joining, "nobody near wants this too"
        assert neighbour.send(joining[0]).status_code == 200

    def ask(self) -> None:
        """The manager sees the proposal on the board and asks the volunteer."""
        proposal = self._arrives(sa.select(Proposal.id).where(Proposal.state == "proposed"))
        board = f"/villages/{self.city.village}/board"
        assert self.by(self.city.manager).press(board, f"/proposals/{proposal}/asking").status_code == 200

    def say_yes(self) -> None:
        """The volunteer opens the invitation and says yes."""
        invitation = self._arrives(sa.select(Invitation.id).where(Invitation.state == "needs_action"))
        page = f"/invitations/{invitation}"
        assert self.by(self.volunteer()).press(page, f"{page}/acceptance").status_code == 200

    def enrol(self) -> None:
        """A neighbour who was not part of the group sees the lecture and signs up."""
        page = f"/activities/{self.activity()}"
        assert self.by(self.city.neighbours[4]).press(page, f"{page}/enrolments").status_code == 200

    def mark(self, person_id: UUID) -> None:
        """The manager ticks somebody off at the session desk; the day of the session has come."""
        held = self.begin()
        desk = self.by(self.city.manager)
        form = desk.form(f"/sessions/{held}/desk", "/attendances")
        assert desk.send(form, person_id=str(person_id), state="present").status_code == 200

    def finish(self) -> None:
        """The manager finishes the session."""
        held = self.session()
        assert self.by(self.city.manager).press(f"/sessions/{held}/desk", "/completion").status_code == 200

    def tell(self, person_id: UUID) -> None:
        """Somebody who was there says how it was."""
        page = f"/sessions/{self.session()}/feedback"
        assert self.by(person_id).press(page, page, stars="5", words="정말 좋았어요.").status_code == 200

    def wait_for_hours(self) -> None:
        """The volunteer's hours arrive by themselves."""
        self._arrives(sa.select(Transfer.id))

    def volunteer(self) -> UUID:
        """Whoever was asked first."""
        return self._arrives(sa.select(Invitation.instructor_id).order_by(Invitation.asked_at))

    def request(self) -> UUID:
        """The wish."""
        return self._arrives(sa.select(LearningRequest.id))

    def activity(self) -> UUID:
        """The lecture that came of the wish."""
        return self._arrives(sa.select(LearningRequest.activity_id).where(LearningRequest.activity_id.is_not(None)))

    def session(self) -> UUID:
        """The lecture's one session."""
        return self._arrives(sa.select(ActivitySession.id).where(ActivitySession.activity_id == self.activity()))

    def begin(self) -> UUID:
        """Let the day of the session be today: it began ten minutes ago."""
        held = self.session()
        begin(self.city.database, held)
        return held

    def by(self, person_id: UUID) -> Visitor:
        """The person's client."""
        if person_id not in self._visitors:
            self._visitors[person_id] = Visitor(self._installation, self.city.token(person_id))
        return self._visitors[person_id]

    def _arrives(self, query: Select[UUID] | Select[UUID | None]) -> UUID:
        found: list[UUID] = []

        def look() -> bool:
            with self.city.database.read_session() as session:
                found.extend(filter(None, session.scalars(query)))
            return bool(found)

        assert within(PATIENCE, look), f"nothing arrived: {query}"
        return found[0]


def begin(database: Database, session_id: UUID) -> None:
    """Move a session to ten minutes ago, with the room and the instructor that are kept for it."""
    now = database.clock.now()
    starts_at = now - timedelta(minutes=10)
    with database.write_session() as session:
        held = session.get_one(ActivitySession, session_id)
        if held.starts_at > starts_at:
            sessions.release(session, held, now)
            held.starts_at, held.ends_at = starts_at, starts_at + timedelta(hours=2)
            lecture = session.get_one(Activity, held.activity_id)
            held.hold_id = sessions.hold(session, lecture, (held.starts_at, held.ends_at), now)
            sessions.set_timers(session, held, now)
