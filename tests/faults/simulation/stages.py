"""Where histories begin: each stage is a calm prelude, played through the same forms and the same workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.faults.simulation.forms import answering, taking_part, wishing
from tests.faults.simulation.forms.form import Maker
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import Chance
from tests.faults.simulation.settling import drain
from tests.faults.simulation.world import World

A_MINUTE = timedelta(seconds=61)


def fresh(ground: Ground) -> World:
    """Nobody has asked for anything yet; the village asks volunteers by itself, two at once."""
    return World(ground, minimum=2, asks_automatically=True, at_once=2)


def wishes(ground: Ground) -> World:
    """Two residents wait for a neighbour who wants the same."""
    world = World(ground, asks_automatically=True, at_once=1, minimum=5)
    _send(world, wishing.open_request, wishing.open_request, wishing.join)
    return _calm(world)


def proposed(ground: Ground) -> World:
    """Proposals wait on the manager's board."""
    world = World(ground, minimum=2, asks_automatically=False, at_once=1)
    _send(world, wishing.open_request, wishing.open_request, wishing.join, wishing.open_request)
    return _calm(world)


def reconsidered(ground: Ground) -> World:
    """A volunteer would come at another time, and the manager has to decide."""
    world = proposed(ground)
    _send(world, answering.ask, answering.propose_other_time)
    return _calm(world)


def asked(ground: Ground) -> World:
    """Two volunteers at once have a question to answer, for a group that is just large enough."""
    world = World(ground, minimum=4, asks_automatically=True, at_once=2)
    _send(world, wishing.open_request, wishing.join, wishing.join, wishing.open_request)
    return _calm(world)


def fixed(ground: Ground) -> World:
    """A lecture has come of a yes, a day and a half before it is held."""
    world = asked(ground)
    _send(world, answering.accept)
    _calm(world)
    held = next(iter(world.seen["sessions"].values()))
    world.clock.moment = held.starts_at - timedelta(hours=36)
    return _calm(world)


def held(ground: Ground) -> World:
    """The lecture is on, and everybody is at the desk."""
    world = fixed(ground)
    _send(world, taking_part.enrol, taking_part.enrol)
    session = next(iter(world.seen["sessions"].values()))
    world.clock.moment = session.starts_at + timedelta(minutes=10)
    _calm(world)
    _send(world, taking_part.mark)
    return _calm(world)


def crowded(ground: Ground) -> World:
    """Activities with few seats, and people who wait for one."""
    world = World(ground, minimum=2, asks_automatically=False, at_once=1)
    _send(world, taking_part.plan, taking_part.plan, *[taking_part.enrol] * 8)
    return _calm(world)


STAGES: dict[str, Callable[[Ground], World]] = {
    each.__name__: each for each in (fresh, crowded, proposed, held, asked, fixed, reconsidered, wishes)
}


def _send(world: World, *makers: Maker) -> None:
    """One accepted form of each kind, drawn from fixed numbers until one is accepted."""
    for at, make in enumerate(makers):
        for number in range(100 * at, 100 * at + 100):
            before = world.counts[make.__name__]
            form = make(world, Chance(number))
            if form is not None:
                world.send(form)
            if world.counts[make.__name__] > before:
                break
        else:
            raise AssertionError(f"no {make.__name__} is accepted here")


def _calm(world: World) -> World:
    drain(world)
    for _ in range(2):
        world.clock.advance(A_MINUTE)
        drain(world)
    return world
