"""Facts and timers of the story are followed up as soon as they are there, in the story's own transaction."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from village_hub.activities.events import ActivityScheduled, SessionCompleted
from village_hub.credits.events import CreditAwarded
from village_hub.demo.arranging import answer_invitation, answer_other_time
from village_hub.demo.attending import ask_how_it_was, fill
from village_hub.demo.city import City
from village_hub.demo.consequences import LISTENING, WHEN_DUE, Consequence
from village_hub.demo.story import Story
from village_hub.invitations.events import InvitationIssued, OtherTimeProposed
from village_hub.invitations.service import ask_if_village_wants
from village_hub.kernel.doorbell import EVENTS
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import Job, JobState
from village_hub.kernel.messages import Message, read
from village_hub.notifications import service as notifications
from village_hub.notifications.events import LetterDue
from village_hub.reporting import service as reporting

#: Older notices would have been read long ago: they are not written.
NOTICES = timedelta(days=3)
#: Timers are looked at this often.
PAUSE = timedelta(hours=1)


class Following:
    """Does for the story what relay, sweeper and workers do for the living city."""

    def __init__(self, story: Story, city: City) -> None:
        self.story, self.city = story, city
        self.session = story.session
        self._next_look = story.now
        self._activities: list[UUID] = []
        self._sessions: list[UUID] = []

    def follow(self) -> None:
        """Follow up what is new; timers whose moment has come, too."""
        if self.story.now >= self._next_look:
            self._next_look = self.story.now + PAUSE
            self._carry_out_timers()
        while self._has_news():
            for fact in self._unrelayed():
                self._follow(read(fact.type, fact.payload))

    def settle(self) -> None:
        """Nothing is left over from what is past; figures are counted."""
        self._carry_out_timers()
        self.follow()
        for activity_id in self._activities:
            reporting.count_seats(self.session, activity_id)
        for session_id in self._sessions:
            reporting.count_attendance(self.session, session_id)
        self.forget()

    def forget(self) -> None:
        """What is past concerns no worker, and nobody was listening."""
        self.session.flush()
        self._mark(RecordedEvent.jobs.is_(None))
        self.session.info["rings"].clear()
        self.session.info["signals"].clear()

    def react(self, fact: Message) -> None:
        """What people do because of it."""
        match fact:
            case InvitationIssued():
                answer_invitation(self.story, self.city, fact)
            case OtherTimeProposed():
                answer_other_time(self.story, self.city, fact)
            case ActivityScheduled():
                fill(self.story, self.city, fact)
            case SessionCompleted():
                ask_how_it_was(self.story, self.city, fact)

    def _has_news(self) -> bool:
        rings: set[tuple[str, str]] = self.session.info["rings"]
        has_rung = (EVENTS, "") in rings
        rings.clear()
        return has_rung

    def _unrelayed(self) -> list[Any]:
        """New facts in their order, marked as followed up."""
        self.session.flush()
        columns = (RecordedEvent.id, RecordedEvent.type, RecordedEvent.payload)
        query = select(*columns).where(RecordedEvent.jobs.is_(None))
        facts = self.session.execute(
            query.order_by(RecordedEvent.occurred_at, RecordedEvent.stream, RecordedEvent.seq)
        ).all()
        self._mark(RecordedEvent.id.in_([fact.id for fact in facts]))
        return list(facts)

    def _mark(self, which: ColumnElement[bool]) -> None:
        relayed = update(RecordedEvent).where(which).values(jobs=0)
        self.session.execute(relayed.execution_options(synchronize_session=False))

    def _follow(self, fact: Message) -> None:
        for consequence in LISTENING.get(fact.type, ()):
            self._call(consequence, fact)
        match fact:
            case ActivityScheduled():
                self._activities.append(fact.activity_id)
            case SessionCompleted():
                self._sessions.append(fact.session_id)
            case CreditAwarded():
                reporting.count_hours(self.session, fact.session_id, fact.person_id, fact.minutes)
        self.react(fact)

    def _call(self, consequence: Consequence, message: Message) -> None:
        use_case, fields = consequence
        is_notice = use_case.__module__.startswith(notifications.__name__)
        if is_notice and self.story.until - self.story.now > NOTICES:
            return
        values = [getattr(message, name) for name in fields]
        deed = partial(use_case, self.session, *values, now=self.story.now)
        if use_case is ask_if_village_wants:
            self.story.attempt_wholly(deed)
        else:
            deed()

    def _carry_out_timers(self) -> None:
        now = self.story.now
        due = (Job.state == JobState.WAITING, Job.run_at <= now)
        query = select(Job.id, Job.message_type, Job.args).where(*due).order_by(Job.run_at, Job.key)
        timers = self.session.execute(query).all()
        done = update(Job).where(Job.id.in_([timer.id for timer in timers]))
        self.session.execute(done.values(state=JobState.DONE, attempts=1, fence=1, finished_at=now))
        for timer in timers:
            message = read(timer.message_type, timer.args)
            if isinstance(message, LetterDue):
                self._send(message)
            else:
                self._call(WHEN_DUE[message.type], message)

    def _send(self, letter: LetterDue) -> None:
        """In the story letters arrive; none leaves the machine."""
        if notifications.begin(self.session, letter.delivery_id) is not None:
            notifications.settle(self.session, letter.delivery_id, notifications.DeliveryState.SENT, now=self.story.now)
