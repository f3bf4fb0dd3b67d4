"""The tables beside the oracle: the same people, the same order, the same answers, after every single step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from tests.faults.simulation.history import Difference
from tests.faults.simulation.oracle import WAITING, Oracle
from tests.faults.simulation.seen import Rows
from village_hub.schedules.models import slots_between

Seen = dict[str, Rows]
Facts = dict[Any, Any]


def compare(oracle: Oracle, seen: Seen) -> None:
    """Raise Difference at the first thing that is not as the oracle says."""
    for promised, found in zip(_promised(oracle), _found(seen), strict=True):
        what, wanted, stored = promised[0], promised[1], found[1]
        if wanted != stored:
            key = next(each for each in [*wanted, *stored] if wanted.get(each) != stored.get(each))
            raise Difference(f"{what} of {key}: promised {wanted.get(key)}, stored {stored.get(key)}")
    _seats_exist_once(seen)


def _promised(oracle: Oracle) -> Iterator[tuple[str, Facts]]:
    yield "the request", {key: (each.state, each.people) for key, each in oracle.requests.items()}
    yield "the invitation", {key: each.state for key, each in oracle.invitations.items()}
    yield "the activity", {key: (each.state, each.seats) for key, each in oracle.activities.items()}
    yield (
        "the line",
        {key: _line(each.line, len(each.seated())) for key, each in oracle.activities.items() if each.line},
    )
    yield "the session", {key: (each.starts_at, each.ends_at, each.state) for key, each in oracle.sessions.items()}
    marks = ((key, person, state) for key, each in oracle.sessions.items() for person, state in each.marks.items())
    yield "the attendance", {(session, person): state for session, person, state in marks}
    yield "walk-ins", {key: each.walk_ins for key, each in oracle.sessions.items() if each.walk_ins}
    yield "completion", {(key, person): True for key in oracle.activities for person in oracle.completed(key)}
    yield "the hours", oracle.hours
    balances: Facts = {}
    for person, minutes in oracle.hours.values():
        balances[person] = balances.get(person, 0) + minutes
        balances[None] = balances.get(None, 0) - minutes
    yield "the balance", balances
    kept = list(oracle.kept.values())
    yield "the time", _slots((who, since, until) for who, _, since, until in kept)
    yield "the room", _slots((where, since, until) for _, where, since, until in kept)


def _found(seen: Seen) -> Iterator[tuple[str, Facts]]:
    people = {key: {row.requester_id: row.people} for key, row in seen["requests"].items()}
    for row in seen["companions"].values():
        people[row.request_id][row.person_id] = row.people
    yield "", {key: (_coarse(row.state), people[key]) for key, row in seen["requests"].items()}
    yield "", {key: row.state for key, row in seen["invitations"].items()}
    yield "", {key: (row.state, row.seats) for key, row in seen["activities"].items()}
    lines: dict[UUID, list[tuple[UUID, int, str]]] = {}
    for row in seen["enrolments"].values():
        lines.setdefault(row.activity_id, []).append((row.person_id, row.guest_no, row.state))
    yield "", lines
    yield "", {key: (row.starts_at, row.ends_at, row.state) for key, row in seen["sessions"].items()}
    marks = list(seen["attendances"].values())
    yield "", {(each.session_id, each.person_id): each.state for each in marks if each.person_id}
    walked = [each.session_id for each in marks if each.person_id is None]
    yield "", {session: walked.count(session) for session in walked}
    yield "", dict.fromkeys(seen["completions"], True)
    yield "", {row.session_id: (row.person_id, row.minutes) for row in seen["transfers"].values()}
    yield "", {key: row.balance for key, row in seen["accounts"].items()}
    yield "", dict.fromkeys(seen["taken people"], True)
    yield "", dict.fromkeys(seen["taken venues"], True)


def _line(line: list[tuple[UUID, int]], seats: int) -> list[tuple[UUID, int, str]]:
    return [(person, guest, "seated" if at < seats else "waiting") for at, (person, guest) in enumerate(line)]


def _slots(kept: Iterable[tuple[UUID | None, Any, Any]]) -> Facts:
    return {(owner, slot): True for owner, since, until in kept if owner for slot in slots_between(since, until)}


def _coarse(state: str) -> str:
    return "waiting" if state in WAITING else state


def _seats_exist_once(seen: Seen) -> None:
    taken = [(row.activity_id, row.seat_no) for row in seen["enrolments"].values() if row.state == "seated"]
    numbered = [each for each in taken if each[1] is not None]
    if len(set(numbered)) != len(numbered):
        raise Difference("two people have the same seat")
    for activity, seat_no in numbered:
        limit = seen["activities"][activity].seats
        if limit is not None and seat_no > limit:
            raise Difference(f"seat {seat_no} of {limit}")
