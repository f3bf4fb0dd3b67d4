"""Activities are planned, moved and called off; neighbours sign up and cancel; the session desk marks who came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.faults.simulation.forms.form import Form, form, one_of
from tests.faults.simulation.history import Chance
from tests.faults.simulation.oracle import Activity
from village_hub.activities import queries
from village_hub.activities import service as activities
from village_hub.activities.models import AttendanceState
from village_hub.activities.service import ActivityDetails

if TYPE_CHECKING:
    from tests.faults.simulation.world import World


@form(3)
def plan(world: World, chance: Chance) -> Form:
    """The manager plans an activity of one or two sessions, in words' place or in a room, with or without a guide."""
    venue = chance.pick([None, *world.people.venues])
    guide = chance.pick([None, *world.people.volunteers]) if venue else None
    first = _full_hour(world.clock.now()) + timedelta(hours=1 + chance.below(30))
    spans = [(first + timedelta(days=day), first + timedelta(days=day, hours=2)) for day in range(1 + chance.below(2))]
    seats = 1 + chance.below(3)
    details = ActivityDetails(
        kind="campaign", title="우리 동네 꽃 심기", village_id=world.people.village, venue_id=venue,
        instructor_id=guide, place_text="" if venue else "마을 회관 앞", seats=seats,
    )  # fmt: skip

    def act(session: Session, now: datetime) -> tuple[UUID, dict[UUID, tuple[datetime, datetime]]]:
        made = activities.create(session, details, spans, by=world.people.manager, now=now)
        session.flush()
        held = [each.id for each in queries.sessions_of(session, made)]
        return made, dict(zip(held, spans, strict=True))

    def say(made: Any, _: datetime) -> None:
        activity, sessions = made or (None, {UUID(int=number): span for number, span in enumerate(spans)})
        world.oracle.plan(activity, sessions, Activity(seats, [], guide, venue))

    return Form("plan", f"the manager plans {len(spans)} sessions for {seats}", act, say)


@form(9)
def enrol(world: World, chance: Chance) -> Form | None:
    activity = one_of(chance, world.seen["activities"], "scheduled")
    if activity is None:
        return None
    person, guests = chance.pick(world.people.residents), int(chance.percent(20))
    return Form(
        "enrol",
        f"{world.called(person)} signs up for {world.called(activity.id)}" + (" with a guest" if guests else ""),
        lambda session, now: activities.enrol(session, activity.id, person, guests=guests, now=now),
        lambda _, now: world.oracle.enrol(activity.id, person, guests, now),
    )


@form(6)
def cancel_enrolment(world: World, chance: Chance) -> Form | None:
    enrolment = one_of(chance, world.seen["enrolments"])
    if enrolment is None:
        return None
    activity, person = enrolment.activity_id, enrolment.person_id
    return Form(
        "cancel_enrolment",
        f"{world.called(person)} does not come to {world.called(activity)}",
        lambda session, now: activities.cancel_enrolment(session, activity, person, now=now),
        lambda _, __: world.oracle.cancel_enrolment(activity, person),
    )


@form(2)
def call_off(world: World, chance: Chance) -> Form | None:
    activity = one_of(chance, world.seen["activities"], "scheduled")
    if activity is None:
        return None
    return Form(
        "call_off",
        f"the manager calls {world.called(activity.id)} off",
        lambda session, now: activities.cancel_activity(
            session, activity.id, reason="비", by=world.people.manager, now=now
        ),
        lambda _, __: world.oracle.call_off(activity.id),
    )


@form(2)
def move_session(world: World, chance: Chance) -> Form | None:
    held = one_of(chance, world.seen["sessions"], "planned")
    if held is None:
        return None
    starts = _full_hour(world.clock.now()) + timedelta(hours=1 + chance.below(48))
    ends = starts + (held.ends_at - held.starts_at)
    return Form(
        "move_session",
        f"the manager moves {world.called(held.id)} to {world.clock_words(starts)}",
        lambda session, now: activities.move_session(
            session, held.id, (starts, ends), by=world.people.manager, now=now
        ),
        lambda _, now: world.oracle.move(held.id, starts, ends, now),
    )


@form(7)
def mark(world: World, chance: Chance) -> Form | None:
    held = world.at_the_desk(chance)
    line = [row for row in world.seen["enrolments"].values() if held and row.activity_id == held.activity_id]
    if held is None or not line:
        return None
    person = chance.pick(line).person_id
    state = chance.pick([*AttendanceState, AttendanceState.PRESENT, AttendanceState.PRESENT, None])
    return Form(
        "mark" if state else "unmark",
        f"the manager marks {world.called(person)} as {state or 'nothing'} in {world.called(held.id)}",
        lambda session, now: activities.mark_attendance(
            session, held.id, person, state, by=world.people.manager, now=now
        ),
        lambda _, now: world.oracle.mark(held.id, person, state, now),
    )


@form(2)
def check_in(world: World, chance: Chance) -> Form | None:
    held, person = world.at_the_desk(chance), chance.pick(world.people.residents)
    if held is None:
        return None
    return Form(
        "check_in",
        f"{world.called(person)} checks in to {world.called(held.id)}",
        lambda session, now: activities.check_in(session, held.code, person, now=now),
        lambda _, now: world.oracle.mark(held.id, person, "present", now, alone=True),
    )


@form(1)
def walk_in(world: World, chance: Chance) -> Form | None:
    held = world.at_the_desk(chance)
    if held is None:
        return None
    return Form(
        "walk_in",
        f"a passer-by walks into {world.called(held.id)}",
        lambda session, now: activities.add_walk_in(
            session, held.id, "지나가던 이웃", by=world.people.manager, now=now
        ),
        lambda _, now: world.oracle.mark(held.id, None, "present", now),
    )


@form(5)
def complete(world: World, chance: Chance) -> Form | None:
    held = world.at_the_desk(chance)
    if held is None:
        return None
    return Form(
        "complete",
        f"the manager finishes {world.called(held.id)}",
        lambda session, now: activities.complete_session(session, held.id, by=world.people.manager, now=now),
        lambda _, now: world.oracle.complete(held.id, now),
    )


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
