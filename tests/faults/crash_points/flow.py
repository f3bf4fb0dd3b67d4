"""Flows: what people and time do to the installation, told once and then tried with a kill at every moment of it.

To add one, write one function in `flows/`, for instance

    @flow()
    def somebody_enrols(stage: Stage) -> None:
        page = f"/activities/{stage.given}"
        stage.press(stage.city.neighbours[0], page, "/enrolments")
        stage.work()

That is all: its commits and port calls are numbered, a process is killed at each, and what is left afterwards is
compared with what an undisturbed run leaves, in every table, with every invariant of `village_hub.doctor`.
`@flow(given=an_open_activity)` runs `an_open_activity(session, city)` first, undisturbed; what it returns is
`stage.given`. End what people do with `stage.work()`: that is where the comparison takes place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from tests.journeys.city import City

if TYPE_CHECKING:
    from tests.faults.crash_points.stage import Stage

Play = Callable[["Stage"], None]
Given = Callable[[Session, City], Any]


@dataclass(frozen=True)
class Flow:
    """A function that plays a flow, and what it starts from."""

    name: str
    play: Play
    given: Given
    mailer_is_idempotent: bool


#: Every flow there is, in the order of a resident's journey.
FLOWS: list[Flow] = []


def flow(*, given: Given = lambda _session, _city: None, mailer_is_idempotent: bool = True) -> Callable[[Play], Play]:
    """Make a flow of a function.

    A mailer that is not idempotent, such as SMTP, must be given each letter once at most.
    """

    def register(play: Play) -> Play:
        FLOWS.append(Flow(play.__name__, play, given, mailer_is_idempotent))
        return play

    return register
