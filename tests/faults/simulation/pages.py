"""Pages that people keep open: whatever a page shows changes only together with a signal in a stream that it hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.faults.simulation.ground import People
from tests.faults.simulation.history import Difference
from tests.faults.simulation.oracle import WAITING
from tests.faults.simulation.seen import Rows

Seen = dict[str, Rows]
View = Callable[[Seen], Any]


class Pages:
    """A page of each resident and volunteer, the manager's board, and the page of every activity."""

    def __init__(self, people: People) -> None:
        self._people = people
        everybody = (*people.residents, *people.volunteers)
        self._pages: dict[str, View] = {f"person:{each}": _own_page(each) for each in everybody}
        self._pages[f"board:{people.village}"] = _board
        self._shown: tuple[Seen, dict[str, Any]] = ({}, {})

    def look(self, before: Seen, seen: Seen) -> None:
        """Raise Difference where a page would have to be loaded anew to see what has changed."""
        shows = {stream: view(seen) for stream, view in (self._pages | _activity_pages(seen)).items()}
        last, showed = self._shown
        if last is not before:
            showed = {stream: view(before) for stream, view in (self._pages | _activity_pages(before)).items()}
        for stream, shown in showed.items():
            if shown != shows[stream] and _head(before, stream) == _head(seen, stream):
                raise Difference(f"{stream} shows something else now and heard nothing: {shown} → {shows[stream]}")
        self._shown = seen, shows


def _own_page(person: UUID) -> View:
    def view(seen: Seen) -> Any:
        mine = {key for key, row in seen["requests"].items() if row.requester_id == person}
        mine |= {row.request_id for row in seen["companions"].values() if row.person_id == person}
        joined = sorted(
            (row.request_id, row.person_id) for row in seen["companions"].values() if row.request_id in mine
        )
        return (
            sorted((key, row.state, row.next_at or row.state) for key, row in seen["requests"].items() if key in mine),
            joined,
            _of(seen["invitations"], "instructor_id", person),
            [(row.activity_id, row.state) for row in seen["enrolments"].values() if row.person_id == person],
            [(row.session_id, row.state) for row in seen["attendances"].values() if row.person_id == person],
            [row.minutes for row in seen["transfers"].values() if row.person_id == person],
            [(row.id, row.read_at) for row in seen["notices"].values() if row.person_id == person],
        )

    return view


def _board(seen: Seen) -> Any:
    live = [row for row in seen["proposals"].values() if row.state in ("proposed", "asked")]
    taken: dict[UUID, list[str]] = {}
    for row in seen["enrolments"].values():
        taken.setdefault(row.activity_id, []).append(row.state)
    return (
        [(key, row.state, row.next_at) for key, row in seen["requests"].items() if row.state in WAITING],
        [(row.id, row.state, row.people, row.instructor_id, row.venue_id, row.starts_at) for row in live],
        [(key, row.state) for key, row in seen["invitations"].items()],
        [(key, row.state, row.seats, taken.get(key)) for key, row in seen["activities"].items()],
        [(key, row.starts_at, row.state) for key, row in seen["sessions"].items()],
        [(row.session_id, row.state) for row in seen["attendances"].values()],
        [row.state for row in seen["deliveries"].values() if row.channel == "phone"],
    )


def _activity_pages(seen: Seen) -> dict[str, View]:
    return {f"activity:{each}": _activity_page(each) for each in seen["activities"]}


def _activity_page(activity: UUID) -> View:
    def view(seen: Seen) -> Any:
        line = [row.state for row in seen["enrolments"].values() if row.activity_id == activity]
        held = [(key, row.starts_at, row.state) for key, row in seen["sessions"].items() if row.activity_id == activity]
        row = seen["activities"][activity]
        return row.state, row.seats, line.count("seated"), line.count("waiting"), held

    return view


def _of(rows: Rows, column: str, person: UUID) -> list[tuple[UUID, str]]:
    return [(key, row.state) for key, row in rows.items() if getattr(row, column) == person]


def _head(seen: Seen, stream: str) -> int:
    row = seen["heads"].get(stream)
    return row.seq if row else 0
