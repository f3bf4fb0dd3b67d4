"""Residents ask, join, leave and withdraw; the manager answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from tests.faults.simulation.forms.form import Form, form, one_of
from tests.faults.simulation.ground import WEEKLY
from tests.faults.simulation.history import Chance
from tests.faults.simulation.oracle import WAITING, Refused
from village_hub.learning_requests import service as learning_requests

if TYPE_CHECKING:
    from tests.faults.simulation.world import World


@form(3)
def open_request(world: World, chance: Chance) -> Form:
    by, topic, number = chance.pick(world.people.residents), chance.pick(world.people.topics), 1 + chance.below(3)

    def act(session: Session, now: datetime) -> UUID:
        until = now.date() + timedelta(days=40)
        return learning_requests.open_request(
            session,
            by=by,
            topic_id=topic,
            number=number,
            weekly=WEEKLY,
            from_date=now.date(),
            until_date=until,
            now=now,
        )

    words = f"{world.called(by)} asks for {world.called(topic)}, for {number}"
    return Form("open_request", words, act, lambda made, _: world.oracle.open(made, by, topic, number))


@form(4)
def join(world: World, chance: Chance) -> Form | None:
    request = one_of(chance, world.seen["requests"])
    if request is None:
        return None
    by, number = chance.pick(world.people.residents), 1 + chance.below(2)
    return Form(
        "join",
        f"{world.called(by)} joins {world.called(request.id)}, with {number}",
        lambda session, now: learning_requests.join(session, request.id, by=by, number=number, now=now),
        lambda _, __: world.oracle.join(request.id, by, number, world.seen["requests"][request.id].state),
    )


@form(3)
def leave(world: World, chance: Chance) -> Form | None:
    companion = one_of(chance, world.seen["companions"])
    if companion is None:
        return None
    request, by = companion.request_id, companion.person_id
    return Form(
        "leave",
        f"{world.called(by)} leaves {world.called(request)}",
        lambda session, now: learning_requests.leave(session, request, by=by, now=now),
        lambda _, __: world.oracle.leave(request, by, world.seen["requests"][request].state),
    )


@form(3)
def withdraw(world: World, chance: Chance) -> Form | None:
    request = one_of(chance, world.seen["requests"])
    if request is None:
        return None
    return Form(
        "withdraw",
        f"{world.called(request.requester_id)} withdraws {world.called(request.id)}",
        lambda session, now: learning_requests.withdraw(session, request.id, by=request.requester_id, now=now),
        lambda _, __: world.oracle.answer_request(request.id, "withdrawn"),
    )


@form(2)
def mark_unserved(world: World, chance: Chance) -> Form | None:
    request = one_of(chance, world.seen["requests"])
    if request is None:
        return None
    known = {"words": "no room", "by": world.people.manager}
    return Form(
        "mark_unserved",
        f"the manager cannot serve {world.called(request.id)}",
        lambda session, now: learning_requests.mark_unserved(session, request.id, now=now, **known),  # type: ignore[arg-type]
        lambda _, __: world.oracle.answer_request(request.id, "unserved"),
    )


@form(1)
def promise(world: World, chance: Chance) -> Form | None:
    request = one_of(chance, world.seen["requests"])
    if request is None:
        return None
    days = timedelta(days=1 + chance.below(3))

    def say(_: object, __: datetime) -> None:
        if world.seen["requests"][request.id].state not in WAITING:
            raise Refused("NoLongerOpen")

    return Form(
        "promise",
        f"the manager takes on {world.called(request.id)} for {days.days} days",
        lambda session, now: learning_requests.promise(
            session, request.id, until=now + days, by=world.people.manager, now=now
        ),
        say,
    )
