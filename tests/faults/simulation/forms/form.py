"""What a form is, and how what people send is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.faults.simulation.history import Chance
from village_hub.kernel import jobs

if TYPE_CHECKING:
    from tests.faults.simulation.world import World


@dataclass(frozen=True)
class Form:
    """A command as a person sends it: `act` in the tables returns a value, `say` tells the oracle.

    What `say` is told is the value, or None where the form was refused: then it has to raise Refused.
    """

    name: str
    words: str
    act: Callable[[Session, datetime], Any]
    say: Callable[[Any, datetime], object]


Maker = Callable[["World", Chance], Form | None]
#: Every kind of form by how often it is tried.
FORMS: dict[Maker, int] = {}


def form(often: int) -> Callable[[Maker], Maker]:
    """A maker draws what a person could send now; None where nothing of the kind is on any page."""

    def note(make: Maker) -> Maker:
        FORMS[make] = often
        return make

    return note


def one_of(chance: Chance, rows: Any, state: str | None = None) -> Any:
    """A row, mostly in the state in which the form makes sense; now and then the page was loaded long ago."""
    fitting = [row for row in rows.values() if state is None or row.state == state]
    stale = chance.percent(8)
    found = list(rows.values()) if stale else fitting
    return chance.pick(found) if found else None


def run_again(job_id: UUID) -> Form:
    """The operator gives a job that was given up a fresh start."""
    return Form(
        "run_again",
        "the operator runs a job again",
        lambda session, now: jobs.run_again(session, job_id, now=now),
        lambda _, __: None,
    )
