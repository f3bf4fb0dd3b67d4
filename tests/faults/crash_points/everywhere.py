"""Plays a flow undisturbed, and then once for every moment at which one of its processes can be killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from tests.faults.crash_points.flow import Flow
from tests.faults.crash_points.nursery import Nursery
from tests.faults.crash_points.outcome import Teller, known_ids
from tests.faults.crash_points.points import worlds
from tests.faults.crash_points.stage import Enough, Kill, Memory, Scene, Stage
from tests.faults.crash_points.state import Snapshot, State
from tests.journeys.city import City
from village_hub.kernel import seals
from village_hub.people import service as people
from village_hub.people.models import Person

#: In the long form a process dies at every single moment, and what follows is played to the end of the flow; otherwise
#: once in every world that a kill can leave behind, and until everything is as it would have been.
IS_LONG = "VILLAGE_HUB_SOAK" in os.environ


def set_scene(flow: Flow, state: State, nursery: Nursery, start: Snapshot, city: City, *, broken: str = "") -> Scene:
    """Give a flow what it starts from, with everybody signed in, and let workers do what that has left to do."""
    state.restore(start)
    with state.database.write_session() as session:
        given = flow.given(session, city)
    with state.database.write_session() as session:
        everybody = session.scalars(sa.select(Person.id).order_by(Person.id)).all()
        tokens = {each: _signed_in(session, each) for each in everybody}
    scene = Scene(
        state=state,
        start=state.save(),
        memory=Memory(state.database.clock.now()),
        nursery=nursery,
        city=city,
        given=given,
        tokens=tokens,
        known=frozenset(),
        teller=Teller(frozenset()),
        secret=seals._secret[0],
        mailer_is_idempotent=flow.mailer_is_idempotent,
    )
    stage = Stage(scene)
    stage.work()
    with state.database.read_session() as session:
        known = known_ids(session)
    return replace(scene, start=state.save(), memory=stage.memory, known=known, teller=Teller(known), broken=broken)


class Everywhere:
    """Every performance of one flow."""

    def __init__(self, flow: Flow, scene: Scene) -> None:
        """Play it undisturbed; where people press at once, in both orders."""
        self._flow, self._scene = flow, scene
        self._whole = self._performed(Stage(scene))
        self._expected = [self._whole]
        if self._whole.has_company:
            self._expected.append(self._performed(Stage(scene, is_reversed=True)))
        breaches = [each for stage in self._expected for quiet in stage.quiet for each in quiet.breaches]
        assert not breaches, f"{flow.name}, undisturbed: {breaches}"
        journal = self._whole.journal
        self.numbered = sum(len(entry.points) for entry in journal)
        assert self.numbered, f"{flow.name} does nothing that anybody sees"
        self.kills = [
            (Kill(number, point), entry.points[point])
            for number, entry in enumerate(journal)
            for point in (range(len(entry.points)) if IS_LONG else worlds(entry.points))
        ]

    def problems(self) -> Iterator[str]:
        """Kill at every moment; what is not as in an undisturbed run is told as a story."""
        for kill, name in self.kills:
            stage = Stage(self._scene, rehearsal=self._whole.journal, kill=kill, goes_on=IS_LONG)
            try:
                self._performed(stage)
                found = self._wrong(stage)
            except Exception as error:  # a flow that cannot be played to its end is a finding like any other
                found = [f"{type(error).__name__}: {error}"]
            life = stage.killed
            if life is None or not life.was_killed or life.points[-1] != name:
                found.append(f"it was not killed there, but went on to {life and life.points[-1]}")
            if found:
                yield f"{self._flow.name}, killed at “{name}”:\n  " + "\n  ".join(found)

    def _performed(self, stage: Stage) -> Stage:
        """Play it; a killing performance itself brings back what was there before the process it kills."""
        if not stage.kills:
            self._scene.state.restore(self._scene.start)
        try:
            self._flow.play(stage)
            stage.end()
        except Enough:
            pass
        return stage

    def _wrong(self, stage: Stage) -> list[str]:
        """The way that is nearest to one of those it may have gone."""
        ways = [_differences(stage, each) for each in self._expected]
        return [*(each for quiet in stage.quiet for each in quiet.breaches), *min(ways, key=len)]


def _differences(stage: Stage, expected: Stage) -> list[str]:
    told = [
        f"answered {found} instead of {wanted}"
        for found, wanted in zip(stage.answers, expected.answers, strict=False)
        if found != wanted
    ]
    quiet = [
        each for found, wanted in zip(stage.quiet, expected.quiet, strict=False) for each in found.differences(wanted)
    ]
    return told + quiet


def _signed_in(session: sa.orm.Session, person_id: UUID) -> str:
    return people.open_sign_in(session, person_id, now=session.info["clock"].now(), device="stage")
