"""Faults that somebody could make tomorrow, planted one at a time: each takes a protection away from the real code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.faults.simulation import probes
from village_hub.activities.models import Activity, Enrolment, EnrolmentState
from village_hub.activities.service import enrolling, planning
from village_hub.activities.service import sessions as activity_sessions
from village_hub.credits import queries as credits_queries
from village_hub.credits import service as credits_service
from village_hub.invitations import service as invitations
from village_hub.kernel import events, idempotency, jobs
from village_hub.kernel.db import Database, insert_new, next_in
from village_hub.kernel.jobs import Job, JobState, Lease
from village_hub.kernel.messages import read
from village_hub.learning_requests.service import waiting as learning_requests
from village_hub.matching import service as matching
from village_hub.notifications import queries as letter_queries
from village_hub.notifications.service import DeliveryState, notices
from village_hub.schedules import service as schedules
from workers import relay, running, subscriptions
from workers.actor import Actor, Effect, Ports
from workers.actors import notifications

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """What is wrong, the stages where it may show first, and the seed of the first of them at which it lately did."""

    name: str
    stages: tuple[str, ...]
    plant: Plant
    lately: int


FAULTS: list[Fault] = []


def fault(*stages: str, lately: int = 0) -> Callable[[Plant], Plant]:
    """Plant it after these stages were built, in turn."""

    def note(plant: Plant) -> Plant:
        FAULTS.append(Fault(plant.__name__.replace("_", " "), stages, plant, lately))
        return plant

    return note


@fault("held", "crowded", lately=83)
def no_fence(patch: pytest.MonkeyPatch) -> None:
    """A worker that was overtaken writes all the same."""

    def settle(session: Session, leased: Lease, **values: object) -> None:
        session.execute(sa.update(Job).where(Job.id == leased.id).values(values))

    patch.setattr(jobs, "_settle", settle)


@fault("asked", "held")
def a_job_is_done_before_its_effect(patch: pytest.MonkeyPatch) -> None:
    def carry_out(database: Database, found: Actor | Effect, leased: Lease, ports: Ports) -> None:
        message = read(leased.message_type, leased.args)
        if isinstance(found, Effect):
            running._perform(database, found, leased, message, ports)
            return
        with database.write_session() as session:
            jobs.finish(session, leased, now=database.now(session))
        with database.write_session() as session:
            found.run(session, message, now=database.clock.now())

    patch.setattr(running, "_carry_out", carry_out)


@fault("held", "asked")
def the_lease_is_never_over(patch: pytest.MonkeyPatch) -> None:
    """What a dead worker left behind is never rung again."""
    real = jobs.due

    def due(session: Session, **given: Any) -> list[UUID]:
        waiting = sa.select(Job.id).where(Job.id.in_(real(session, **given)), Job.state == JobState.WAITING)
        return list(session.scalars(waiting.order_by(Job.run_at, Job.id)))

    patch.setattr(jobs, "due", due)


@fault("crowded", "asked")
def the_relay_forgets_the_last_listener(patch: pytest.MonkeyPatch) -> None:
    known = probes.listeners()
    patch.setattr(relay, "listeners", lambda: {name: actors[:-2] for name, actors in known.items()})


@fault("asked")
def a_yes_is_recorded_nowhere(patch: pytest.MonkeyPatch) -> None:
    """The outbox is skipped."""
    patch.setattr(invitations, "record", lambda *_, **__: 0)


@fault("crowded")
def whoever_waits_longest_is_last(patch: pytest.MonkeyPatch) -> None:
    def fill(session: Session, activity: Activity, *, now: datetime) -> None:
        of = (Enrolment.activity_id == activity.id, Enrolment.state == EnrolmentState.WAITING)
        waiting = session.scalars(sa.select(Enrolment).where(*of).order_by(Enrolment.place_in_line.desc())).all()
        for each in waiting:
            seat_no, is_free = enrolling._free_seat(session, activity, in_line=False)
            if is_free:
                each.state, each.seat_no = EnrolmentState.SEATED, seat_no
                session.flush()

    patch.setattr(enrolling, "fill_seats", fill)


@fault("crowded")
def nobody_is_promoted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(enrolling, "fill_seats", lambda *_, **__: None)


@fault("asked", "proposed")
def a_deadline_without_a_timer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(invitations, "set_timer", lambda *_, **__: None)


@fault("wishes", "fresh")
def a_promise_without_a_timer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(learning_requests, "set_timer", lambda *_, **__: None)


@fault("crowded", "held")
def a_session_without_its_timers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(activity_sessions, "set_timer", lambda *_, **__: None)


@fault("proposed", "asked", lately=43)
def news_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """The same is told to the same person again."""
    real = insert_new
    numbers = iter(range(1_000_000))

    def insert(session: Session, table: Any, values: Any) -> int:
        return real(session, table, values | {"key": f"{values['key']}:{next(numbers)}"})

    patch.setattr(notices, "insert_new", insert)


@fault("held")
def the_wrong_sign_in_the_ledger(patch: pytest.MonkeyPatch) -> None:
    real = credits_service._add
    patch.setattr(credits_service, "_add", lambda session, account, minutes: real(session, account, -minutes))


@fault("held")
def hours_are_rounded(patch: pytest.MonkeyPatch) -> None:
    real = credits_queries.minutes_on
    patch.setattr(credits_queries, "minutes_on", lambda *given: real(*given) + 421)


@fault("crowded")
def a_cancellation_that_no_page_hears_of(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(enrolling, "tell_seats", lambda *_: None)


@fault("proposed", "fresh")
def a_wish_that_the_board_does_not_hear_of(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(learning_requests, "tell", lambda *_: None)


@fault("asked")
def silence_counts_before_the_deadline(patch: pytest.MonkeyPatch) -> None:
    real = jobs.set_timer

    def early(session: Session, timer: Any, *, at: datetime) -> None:
        real(session, timer, at=at - timedelta(hours=20))

    def expire(session: Session, invitation_id: UUID, *, now: datetime) -> None:
        known(session, invitation_id, now=now + timedelta(hours=20))

    known = invitations.expire
    patch.setattr(invitations, "set_timer", early)
    patch.setattr(invitations, "expire", expire)


@fault("asked")
def a_no_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matching, "pass_over", lambda *_, **__: None)


@fault("asked")
def a_second_yes_is_taken(patch: pytest.MonkeyPatch) -> None:
    """The others are not told that somebody was faster."""
    patch.setattr(invitations, "_pending", lambda *_: [])


@fault("crowded")
def rooms_are_not_given_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planning, "release", lambda *_: None)


@fault("crowded", lately=45)
def rooms_are_taken_twice(patch: pytest.MonkeyPatch) -> None:
    real = insert_new

    def insert(session: Session, table: Any, rows: Any) -> int:
        return real(session, table, rows) or len(rows)

    patch.setattr(schedules, "insert_new", insert)


@fault("fresh", "crowded", "proposed")
def a_form_sent_twice_is_done_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(idempotency, "claim", lambda *_, **__: None)


@fault("crowded", "asked", lately=48)
def a_letter_in_doubt_is_sent_again(patch: pytest.MonkeyPatch) -> None:
    real = letter_queries.letter

    def letter(session: Session, delivery_id: UUID) -> Any:
        found = real(session, delivery_id)
        return found and replace(found, is_repeated=False)

    patch.setattr(letter_queries, "letter", letter)


@fault("crowded", "asked")
def a_broken_line_counts_as_sent(patch: pytest.MonkeyPatch) -> None:
    real = notifications.send_letter.settle

    def settle(session: Session, timer: Any, outcome: Any, *, now: datetime) -> None:
        real(session, timer, (DeliveryState.SENT, ""), now=now)

    sending = replace(notifications.send_letter, settle=settle)
    table = subscriptions.by_name() | {"letter.due": sending}
    patch.setattr(subscriptions, "by_name", lambda: table)


@fault("fresh", "wishes", "proposed")
def numbers_with_gaps(patch: pytest.MonkeyPatch) -> None:
    """Facts are numbered by twos."""

    def by_twos(session: Session, counter: Any, stream: str, step: int = 1) -> int:
        return next_in(session, counter, stream, 2 * step)

    patch.setattr(events, "next_in", by_twos)
