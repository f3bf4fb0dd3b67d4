"""What happens by itself, step by step: may it, and what does it mean to the people?

The engine may choose any plan and the workers any order; each change that no command explains has to be one of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.faults.simulation.history import Difference
from tests.faults.simulation.oracle import OVER_AFTER, WAITING, Activity, Invitation, Oracle, Session
from tests.faults.simulation.seen import Rows

MINUTES_A_DAY = 480

Seen = dict[str, Rows]


def adopt(oracle: Oracle, before: Seen, seen: Seen, *, now: datetime, minimum: int, at_once: int) -> Iterator[str]:
    """Take over what happened by itself and say it in words; raises Difference where it may not have happened."""
    for row in seen["proposals"].values():
        if row.id not in before["proposals"]:
            _may_be_proposed(oracle, seen, row, minimum)
            yield f"a group of {row.people} is proposed"
    for key, row in seen["requests"].items():
        known = before["requests"].get(key)
        if known and known.next_at and row.next_at and known.next_at <= now < row.next_at:
            oracle.requests[key].late += 1
            yield "a promise is late"
    yield from _invitations(oracle, before, seen, now, minimum, at_once)
    for row in seen["activities"].values():
        if row.id not in oracle.activities:
            _lecture(oracle, before, seen, row)
            yield "a lecture is written down"
    for row in seen["sessions"].values():
        held = oracle.sessions[row.id]
        if held.state == "planned" and row.state == "completed":
            _require(held.ends_at + OVER_AFTER <= now, "a session is finished by itself hours after its end")
            _require(bool(held.marks or held.walk_ins), "a session is finished by itself where attendance was taken")
            oracle.complete(row.id, now)
            yield "a session is finished by itself"
    for row in seen["transfers"].values():
        if row.session_id not in oracle.hours:
            _hours(oracle, row)
            yield f"{row.minutes} minutes are written down"


def pooled(oracle: Oracle, seen: Seen, group: UUID, minimum: int) -> list[UUID]:
    """The requests of a group that still wait; none where they are too few: then the group has fallen apart."""
    known = [each for each in requests_of(seen, group) if seen["requests"][each].state in WAITING[1:]]
    people = sum(sum(oracle.requests[each].people.values()) for each in known)
    return known if people >= minimum else []


def requests_of(seen: Seen, group: UUID) -> list[UUID]:
    """The requests that a group pools."""
    return [each.request_id for each in seen["members"].values() if each.group_id == group]


def _may_be_proposed(oracle: Oracle, seen: Seen, row: Any, minimum: int) -> None:
    requests = [oracle.requests[each] for each in requests_of(seen, row.group_id)]
    people = sum(sum(each.people.values()) for each in requests)
    _require(row.people == people >= minimum, f"a group has its {people} people and at least {minimum}")
    _require(len({each.topic for each in requests}) == 1, "a group wishes for one topic")
    _require(all(each.state == "waiting" for each in requests), "only those who wait are put into a group")
    _require(all(row.instructor_id not in each.people for each in requests), "nobody teaches their own wish")


def _invitations(oracle: Oracle, before: Seen, seen: Seen, now: datetime, minimum: int, at_once: int) -> Iterator[str]:
    for row in seen["invitations"].values():
        known = oracle.invitations.get(row.id)
        if known and known.state == "needs_action" and row.state == "expired":
            _require(known.deadline <= now, "silence is an answer only after the deadline")
            oracle.expire(row.id, pooled(oracle, before, row.group_id, minimum))
            yield "a question expires"
        elif known and known.state == "needs_action" and row.state == "withdrawn":
            _require(seen["groups"][row.group_id].state == "dissolved", "a question is taken back with its group")
            known.state = "withdrawn"
            yield "a question is taken back"
    for row in seen["invitations"].values():
        if row.id not in oracle.invitations:
            _may_be_asked(oracle, pooled(oracle, before, row.group_id, minimum), seen, row, now, at_once)
            values = (row.group_id, row.instructor_id, row.venue_id, row.starts_at, row.ends_at, row.deadline)
            oracle.invitations[row.id] = Invitation(*values)
            yield "a volunteer is asked"


def _may_be_asked(oracle: Oracle, requests: list[UUID], seen: Seen, row: Any, now: datetime, at_once: int) -> None:
    same = [each for each in oracle.invitations.values() if each.group == row.group_id]
    _require(bool(requests), "nobody is asked for a group that has fallen apart")
    _require(row.state == "needs_action", "a new question waits for its answer")
    _require(now < row.deadline < row.starts_at, "there is time to answer, before the class begins")
    _require(all(each.state != "accepted" for each in same), "nobody is asked after a yes")
    _require(sum(each.state == "needs_action" for each in same) < at_once, f"{at_once} are asked at once")
    twice = [each for each in same if each.instructor == row.instructor_id]
    again = all(each.state in ("withdrawn", "declined") for each in twice)
    _require(again, "nobody is asked again while they think, or after silence")
    _require(not any((each, row.instructor_id) in oracle.passed_over for each in requests), "a no counts for good")
    proposal = seen["proposals"][row.proposal_id]
    known = (str(proposal.instructor_id), *proposal.alternatives)
    _require(str(row.instructor_id) in known, "the question goes to somebody who was found suitable")


def _lecture(oracle: Oracle, before: Seen, seen: Seen, row: Any) -> None:
    """Everybody who asked has a seat, for themselves and for those they bring."""
    asked = oracle.invitations.get(row.invitation_id)
    _require(asked is not None and asked.state == "accepted", "a lecture comes of a yes")
    assert asked
    known = (each.invitation for each in oracle.activities.values())
    _require(row.invitation_id not in known, "a yes has one lecture")
    _require(row.instructor_id == asked.instructor, "whoever said yes teaches")
    waiting = pooled(oracle, before, asked.group, 0)
    party: Counter[UUID] = Counter()
    for request in waiting:
        wish = oracle.requests[request]
        wish.state, wish.activity, wish.always_waited = "scheduled", row.id, False
        for person, number in wish.people.items():
            party[person] = max(party[person], number)
    line = [(each.person_id, each.guest_no) for each in seen["enrolments"].values() if each.activity_id == row.id]
    _require(Counter(person for person, _ in line) == party, "those who asked have their seats")
    values = (row.seats, line, asked.instructor, asked.venue, row.invitation_id)
    oracle.activities[row.id] = Activity(*values, party=frozenset(party), signed_up=Counter(dict.fromkeys(party, 1)))
    (session,) = (each for each in seen["sessions"].values() if each.activity_id == row.id)
    oracle.sessions[session.id] = Session(row.id, asked.starts_at, asked.ends_at)
    oracle.kept[session.id] = oracle.kept.pop(row.invitation_id)


def _hours(oracle: Oracle, row: Any) -> None:
    held = oracle.sessions[row.session_id]
    taught = oracle.activities[held.activity]
    same_day = [
        minutes
        for session, (person, minutes) in oracle.hours.items()
        if person == taught.instructor and oracle.day(session) == oracle.day(row.session_id)
    ]
    length = (held.ends_at - held.starts_at) // timedelta(minutes=1)
    due = min(length, MINUTES_A_DAY - sum(same_day))
    _require(held.state == "completed" and taught.invitation is not None, "hours are given for lectures that were held")
    _require((row.person_id, row.minutes) == (taught.instructor, due), f"{due} minutes were given")
    oracle.hours[row.session_id] = (row.person_id, row.minutes)


def _require(holds: bool, rule: str) -> None:
    if not holds:
        raise Difference(f"It must be that {rule}.")
