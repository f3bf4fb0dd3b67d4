"""Some weeks in the life of a village, through the use cases and the workers, with every kind of row left behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.imports import a_file, course
from tests.factories.places import a_venue
from tests.factories.topics import a_topic
from tests.factories.what_if import a_what_if
from tests.journeys.city import ALWAYS, City, build
from village_hub.activities import queries as activities
from village_hub.activities import service as activities_service
from village_hub.activities.queries import AttendanceState
from village_hub.clubs import service as clubs
from village_hub.feedback import service as feedback
from village_hub.imports import service as imports
from village_hub.imports.importing import import_file
from village_hub.imports.reading import Kind
from village_hub.invitations import queries as invitations
from village_hub.invitations import service as invitations_service
from village_hub.invitations.models import Reason
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.jobs import due
from village_hub.kernel.mail import ListMailer
from village_hub.learning_requests import service as learning_requests
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.matching.models import DecisionKind
from village_hub.people import service as people
from village_hub.people.models import SignIn
from village_hub.what_if import service as what_if
from workers.actor import Ports
from workers.relay import relay
from workers.running import run
from workers.timers import Series


class Life:
    """Does what people do, one thing after the other; whatever follows from it is carried out by the workers."""

    def __init__(self, database: Database, clock: SettableClock, app: Flask, folder: Path) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.ports = Ports(app, database, ListMailer())
        self.city: City

    def live(self) -> None:
        """Everything, in order."""
        self.city = build(self.database)
        self.carry()
        for step in (
            self.come_and_go,
            self.wish,
            self.ask,
            self.decide,
            self.sign_up,
            self.meet,
            self.say_how_it_was,
            self.call_off,
            self.wait_on,
            self.carry_files_in,
            self.wonder,
        ):
            step()
            self.carry()

    def carry(self) -> None:
        """Relay and run until nothing is due; the series of timers go on."""
        Series().go_on(self.database)
        while relay(self.database):
            pass
        while waiting := self._due():
            for job_id in waiting:
                run(self.database, job_id, self.ports)
            while relay(self.database):
                pass

    def come_and_go(self) -> None:
        """Somebody joins the club; a person signs in on two devices and signs one out."""
        with self.database.write_session() as session:
            clubs.join(session, self.city.club, self.city.neighbours[1], now=self.clock.now())
        with self.database.write_session() as session:
            for _device in range(2):
                people.open_sign_in(session, self.city.resident, now=self.clock.now(), device="life")
        with self.database.write_session() as session:
            signed_in = session.scalars(select(SignIn.id).where(SignIn.person_id == self.city.resident)).first()
            assert signed_in is not None
            people.revoke(session, signed_in, now=self.clock.now(), by=self.city.resident)

    def wish(self) -> None:
        """Neighbours want the same, a friend joins; somebody wants something that nobody teaches."""
        self.first = self._request(self.city.resident, self.city.topic, number=4)
        self._request(self.city.neighbours[0], self.city.topic, number=2)
        self.lonely = self._request(self.city.neighbours[1], self._topic("뜨개질"), number=1)
        with self.database.write_session() as session:
            learning_requests.join(session, self.first, by=self.city.neighbours[2], now=self.clock.now())
        self.match()

    def match(self) -> None:
        """One run, a minute later."""
        self.carry()
        self.clock.advance(timedelta(minutes=1))
        self.carry()

    def ask(self) -> None:
        """The learning manager has the best volunteer asked."""
        with self.database.write_session() as session:
            (proposal,) = matching.proposals_of_village(session, self.city.village)
            (self.asked,) = invitations_service.invite(session, proposal.id, by=self.city.manager, now=self.clock.now())

    def decide(self) -> None:
        """The first says no, the next best says yes."""
        with self.database.write_session() as session:
            by, now = self._asked(session, self.asked).instructor_id, self.clock.now()
            invitations_service.decline(session, self.asked, reason=Reason.NO_TIME, by=by, now=now)
        self.carry()
        with self.database.write_session() as session:
            (second,) = (each for one in self.city.volunteers for each in invitations.waiting_for(session, one))
            invitations_service.accept(session, second.id, by=second.instructor_id, now=self.clock.now())
            self.accepted = second.id

    def sign_up(self) -> None:
        """More neighbours than there are seats; one of them cancels, the first who waits moves up."""
        now = self.clock.now()
        with self.database.write_session() as session:
            self.campaign = self._activity(session, seats=3, venue_id=self._room(session, "강당"))
            self.open_days = self._activity(session, title="열린 날", times=3, venue_id=self._room(session, "전시실"))
            (_, _, last) = activities.sessions_of(session, self.open_days)
            activities_service.cancel_session(session, last.id, by=self.city.manager, now=now)
        for person in self.city.neighbours:
            with self.database.write_session() as session:
                a_seat(session, self.campaign, person, guests=int(person == self.city.neighbours[0]))
        with self.database.write_session() as session:
            activities_service.cancel_enrolment(session, self.campaign, self.city.neighbours[1], now=now)
            a_seat(session, self.open_days, self.city.neighbours[1])

    def meet(self) -> None:
        """The lecture takes place, with a walk-in; so does the first day of the open days."""
        with self.database.read_session() as session:
            instructor = self._asked(session, self.accepted).instructor_id
            (lecture,) = activities.taught_by(session, instructor, self.clock.now())
            (held,) = activities.sessions_of(session, lecture.id)
        self.carry()
        self.clock.moment = held.ends_at
        self.carry()
        with self.database.write_session() as session:
            now, by = self.clock.now(), self.city.manager
            for person in activities.enrolled(session, lecture.id)[:2]:
                activities_service.mark_attendance(session, held.id, person, AttendanceState.PRESENT, by=by, now=now)
            activities_service.add_walk_in(session, held.id, "지나가던 이웃", by=by, now=now)
        with self.database.write_session() as session:
            activities_service.complete_session(session, held.id, by=by, now=now)
        self.held = held.id

    def say_how_it_was(self) -> None:
        """Those who were there answer."""
        with self.database.write_session() as session:
            for person in activities.present(session, self.held):
                feedback.give(session, self.held, stars=5, words="좋았어요", by=person, now=self.clock.now())

    def call_off(self) -> None:
        """An activity is called off; a request is withdrawn, another cannot be arranged."""
        with self.database.write_session() as session:
            off = self._activity(session, title="비 오는 날")
            now, by = self.clock.now(), self.city.manager
            activities_service.cancel_activity(session, off, reason="비가 많이 와요", by=by, now=now)
            learning_requests.mark_unserved(session, self.lonely, words="선생님이 없어요", by=by, now=now)
        withdrawn = self._request(self.city.neighbours[3], self._topic("뜨개질"))
        with self.database.write_session() as session:
            learning_requests.withdraw(session, withdrawn, by=self.city.neighbours[3], now=self.clock.now())

    def wait_on(self) -> None:
        """One proposal is dismissed, for the next one somebody is asked, one more is there; somebody waits alone."""
        with self.database.write_session() as session:
            learning_requests.set_rules(session, valid_from=self.clock.now().date(), rules={"minimum_group": 2})
        self._request(self.city.neighbours[1], self.city.topic, number=3)
        self.match()
        with self.database.write_session() as session:
            (proposal,) = matching.proposals_of_village(session, self.city.village)
            matching_service.dismiss(session, proposal.id, by=self.city.manager, now=self.clock.now())
        self.match()
        with self.database.write_session() as session:
            (proposal,) = matching.proposals_of_village(session, self.city.village)
            invitations_service.invite(session, proposal.id, by=self.city.manager, now=self.clock.now())
        self._request(self.city.neighbours[0], self.city.topic, number=3)
        self.match()
        self.rule_something_out()
        self._request(self.city.neighbours[4], self._topic("뜨개질"))

    def wonder(self) -> None:
        """The office tries other rules, and does not wait for some others."""
        with self.database.write_session() as session:
            a_what_if(session, by=self.city.staff)
            dropped = a_what_if(session, by=self.city.staff)
            what_if.cancel(session, dropped, by=self.city.staff, now=self.clock.now())

    def rule_something_out(self) -> None:
        """The manager asks what it costs to keep a proposal, and says who is never put together."""
        now, by = self.clock.now(), self.city.manager
        with self.database.write_session() as session:
            waiting = [each for each in matching.proposals_of_village(session, self.city.village) if not each.pinned]
            (proposal,) = (each for each in waiting if each.state == "proposed")
            matching_service.ask_cost(session, proposal.id, matching.Wanted("pinned"), by=by, now=now)
            matching_service.rule_out(
                session, DecisionKind.APART, village_id=self.city.village, people=self.city.neighbours[2:4],
                reason="conflict", by=by, now=now,
            )  # fmt: skip
        self.carry()

    def carry_files_in(self) -> None:
        """A course file is applied; another waits for somebody's word."""
        rows = [course(), course(강좌명="다른 강좌")]
        import_file(self.database, Kind.COURSES, a_file(self.folder, rows))
        waits = a_file(self.folder, [course(강좌명="셋째 강좌"), course(강좌명="")], "waits.csv")
        with self.database.write_session() as session:
            given: dict[str, Any] = {"file_name": waits.name, "size": waits.stat().st_size, "stored_at": str(waits)}
            imports.upload(session, Kind.COURSES, by=self.city.operator, now=self.clock.now(), **given)

    def _due(self) -> list[UUID]:
        with self.database.read_session() as session:
            return due(session, now=self.clock.now())

    def _request(self, by: UUID, topic_id: UUID, number: int = 1) -> UUID:
        now = self.clock.now()
        dates: dict[str, Any] = {"from_date": now.date(), "until_date": now.date() + timedelta(days=60)}
        with self.database.write_session() as session:
            return learning_requests.open_request(
                session, by=by, topic_id=topic_id, number=number, weekly=ALWAYS, **dates, now=now
            )

    def _topic(self, name: str) -> UUID:
        with self.database.read_session() as session:
            return a_topic(session, name)

    def _room(self, session: Session, name: str) -> UUID:
        return a_venue(session, "미사 강변 도서관", name, capacity=40)

    def _activity(self, session: Session, **details: Any) -> UUID:
        return an_activity(session, self.city.village, self.city.manager, **details)

    def _asked(self, session: Session, invitation_id: UUID) -> invitations.InvitationFacts:
        found = invitations.invitation(session, invitation_id)
        assert found is not None
        return found
