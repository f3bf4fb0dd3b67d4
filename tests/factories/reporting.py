"""Rows behind figures, for tests."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.reporting.models import Fact, Measure


def a_fact(
    session: Session,
    measure: Measure,
    key: str,
    village_id: UUID | None,
    *,
    day: date = date(2026, 11, 3),
    amount: int = 1,
    of: int = 1,
    people: int = 1,
    person_id: UUID | None = None,
) -> None:
    """One row of a measure."""
    session.add(
        Fact(
            measure=measure,
            key=key,
            village_id=village_id,
            month=day.replace(day=1),
            day=day,
            amount=amount,
            of=of,
            people=people,
            person_id=person_id,
            link="/learning-requests",
        )
    )
    session.flush()
