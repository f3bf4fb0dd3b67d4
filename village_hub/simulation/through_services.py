"""The city through the real use cases on a real database; facts and timers are followed up as the workers would."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from village_hub.activities import queries as activities
from village_hub.activities import service as activities_service
from village_hub.activities.events import ActivityScheduled
from village_hub.demo.following import Following
from village_hub.demo.story import ZONE
from village_hub.invitations import queries as invitation_queries
from village_hub.invitations import service as invitations
from village_hub.invitations.events import (
    InvitationAccepted,
    InvitationDeclined,
    InvitationExpired,
    InvitationIssued,
    InvitationWithdrawn,
)
from village_hub.kernel.messages import Message
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.simulation.arrivals import Arrival
from village_hub.simulation.diary import Diary
from village_hub.simulation.people import answer, comes
from village_hub.simulation.planning import EFFORT
from village_hub.simulation.town import Town

GIVEN_UP = "기다리시던 기간이 지났어요."


class Services(Following):
    """Everybody does what they do by the use cases; the demo city's story keeps the time."""

    def __init__(self, town: Town, diary: Diary) -> None:
        super().__init__(town.story, town.city)
        self.town, self.diary = town, diary
        self.forget()

    def live(self, arrivals: Iterable[Arrival]) -> None:
        """Let the whole time pass."""
        for each in arrivals:
            self.story.at(each.at, partial(self._wish, each))
        for day in range(self.town.days):
            for hour in range(24):
                is_run = hour in self.town.rates.run_hours
                self.story.at(self.town.moment(day, 60 * hour), self._look_for_matches if is_run else _wait)
        self.story.follow = self.follow
        self.story.tell()
        self.settle()

    def react(self, fact: Message) -> None:
        """Instructors answer, the desk takes attendance, and what happened is written down."""
        match fact:
            case InvitationIssued():
                self._ask(fact)
            case InvitationAccepted():
                proposal = matching.proposal(self.session, fact.proposal_id)
                assert proposal is not None
                wishes = matching.group_requests(self.session, fact.group_id)
                self.diary.take(fact.invitation_id, wishes, proposal.people, self.story.now)
            case InvitationDeclined():
                self.diary.end(fact.invitation_id, "declined")
            case InvitationExpired():
                self.diary.end(fact.invitation_id, "expired")
            case InvitationWithdrawn():
                self.diary.end(fact.invitation_id, "withdrawn")
            case ActivityScheduled():
                for held in activities.sessions_of(self.session, fact.activity_id):
                    self.story.at(held.ends_at + timedelta(minutes=15), partial(self._take_attendance, held.id))

    def _wish(self, each: Arrival) -> None:
        request_id = self.story.attempt(
            lambda: learning_requests_service.open_request(
                self.session,
                by=each.who.id,
                topic_id=self.city.topics[each.topic],
                weekly=each.weekly,
                from_date=each.at.astimezone(ZONE).date(),
                until_date=each.until,
                now=self.story.now,
                level=each.level,
                number=each.people,
                words="배우고 싶어요.",
                reach_m=each.reach_m,
                needs=each.needs,
            )
        )
        if request_id is not None:
            self.diary.wish(request_id, self.story.now)
            days = (each.until - each.at.astimezone(ZONE).date()).days + 1
            self.story.at(each.at + timedelta(days=days), partial(self._give_up, request_id))

    def _give_up(self, request_id: UUID) -> None:
        found = learning_requests.request(self.session, request_id)
        if found is not None and found.state == "open" and found.owner_id is not None:
            learning_requests_service.mark_unserved(
                self.session, request_id, words=GIVEN_UP, by=found.owner_id, now=self.story.now
            )

    def _look_for_matches(self) -> None:
        snapshot = matching.snapshot(self.session, self.story.now)
        if snapshot.wishes:
            solved = matching_service.solve(snapshot, effort=EFFORT)
            matching_service.keep(self.session, snapshot, solved, now=self.story.now)
            self.diary.run(solved.plan.value, solved.plan.bound)

    def _ask(self, issued: InvitationIssued) -> None:
        asked = invitation_queries.invitation(self.session, issued.invitation_id)
        assert asked is not None
        who = asked.instructor_id
        before = self.diary.ask(asked.id, asked.group_id, who, self.story.now)
        will = answer(self.town, who, before, self.story.now, asked.deadline)
        if will is not None:
            deed, moment = will
            self.story.at(moment, partial(self._accept if deed == "accept" else self._decline, asked.id, who))

    def _accept(self, invitation_id: UUID, who: UUID) -> None:
        deed = partial(invitations.accept, self.session, invitation_id, by=who, now=self.story.now)
        self.story.attempt_wholly(deed)

    def _decline(self, invitation_id: UUID, who: UUID) -> None:
        deed = partial(invitations.decline, self.session, invitation_id, by=who, now=self.story.now)
        self.story.attempt_wholly(partial(deed, reason=invitation_queries.Reason.NO_TIME))

    def _take_attendance(self, session_id: UUID) -> None:
        held = activities.session_facts(self.session, session_id)
        if held is None or held.state != "planned":
            return
        manager = self.city.villages[0].manager
        for each in activities.attendees(self.session, session_id):
            if each.person_id and each.enrolment == "seated":
                came = comes(self.town, each.person_id, held.starts_at)
                state = activities.AttendanceState.PRESENT if came else activities.AttendanceState.ABSENT
                activities_service.mark_attendance(
                    self.session, session_id, each.person_id, state, by=manager, now=self.story.now
                )
                self.diary.attend(came=came)
        activities_service.complete_session(self.session, session_id, by=manager, now=self.story.now)


def _wait() -> None:
    """An hour passes; timers are looked at."""
