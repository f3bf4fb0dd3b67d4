"""The rules of a line for seats, held against what was written down about an activity, fact by fact."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from village_hub.activities.models import Enrolment
from village_hub.kernel.events import RecordedEvent


def broken_rules(session: Session, activity_id: UUID, seats: int) -> list[str]:
    """Which rules the history of an activity breaks, and where its rows are not what the history says."""
    seated, waiting = list[str](), list[str]()
    return [*_history(session, activity_id, seats, seated, waiting), *_rows(session, activity_id, seated, waiting)]


def _history(session: Session, activity_id: UUID, seats: int, seated: list[str], waiting: list[str]) -> Iterator[str]:
    facts = sa.select(RecordedEvent.seq, RecordedEvent.type, RecordedEvent.payload)
    told = facts.where(RecordedEvent.stream == f"activity:{activity_id}").order_by(RecordedEvent.seq)
    for seq, fact, payload in session.execute(told):
        if not fact.startswith("enrolment."):
            continue
        person = payload["person_id"]
        match fact.removeprefix("enrolment."):
            case "confirmed":
                if waiting:
                    yield f"{seq}: somebody got a seat while {len(waiting)} waited"
                seated.append(person)
            case "waiting":
                if len(seated) < seats:
                    yield f"{seq}: somebody has to wait beside a free seat"
                waiting.append(person)
            case "promoted":
                if waiting[:1] != [person]:
                    yield f"{seq}: somebody was promoted past {waiting.index(person) if person in waiting else 'all'}"
                waiting[:] = [each for each in waiting if each != person]
                seated.append(person)
            case "cancelled":
                if person not in seated + waiting:
                    yield f"{seq}: somebody left who was not there"
                seated[:] = [each for each in seated if each != person]
                waiting[:] = [each for each in waiting if each != person]
        if len(seated) > seats:
            yield f"{seq}: {len(seated)} people on {seats} seats"
        if len(set(seated + waiting)) < len(seated + waiting):
            yield f"{seq}: somebody has two places"


def _rows(session: Session, activity_id: UUID, seated: list[str], waiting: list[str]) -> Iterator[str]:
    columns = sa.select(Enrolment.person_id, Enrolment.state, Enrolment.seat_no, Enrolment.place_in_line)
    mine = columns.where(Enrolment.activity_id == activity_id).order_by(Enrolment.place_in_line)
    rows = session.execute(mine).all()
    if [row.place_in_line for row in rows] != list(range(1, len(rows) + 1)):
        yield "the places in line are not one, two, three …"
    taken = [row.seat_no for row in rows if row.state == "seated"]
    if len(set(taken)) < len(taken):
        yield "one seat belongs to two people"
    if sorted(str(row.person_id) for row in rows if row.state == "seated") != sorted(seated):
        yield "the seated are not those whom the facts name"
    if [str(row.person_id) for row in rows if row.state == "waiting"] != waiting:
        yield "those who wait are not in the order of the facts"
