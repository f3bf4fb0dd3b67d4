"""Reads of the ledger: what a person has given back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.credits.models import LedgerAccount, Transfer


@dataclass(frozen=True, slots=True)
class Rules:
    """At most so many minutes count on one day (1365 volunteer portal: eight hours); travel never counts."""

    minutes_a_day: int


@dataclass(frozen=True, slots=True)
class Given:
    """Minutes given in one session."""

    session_id: UUID
    activity_id: UUID
    title: str
    held_on: date
    minutes: int


@dataclass(frozen=True, slots=True)
class GivingBack:
    """All that a person has given, the newest first."""

    minutes: int
    sessions: tuple[Given, ...]

    def months(self) -> list[tuple[date, int]]:
        """Minutes by month, the first month first."""
        by_month: dict[date, int] = {}
        for each in reversed(self.sessions):
            month = each.held_on.replace(day=1)
            by_month[month] = by_month.get(month, 0) + each.minutes
        return list(by_month.items())

    def of_year(self, year: int) -> GivingBack:
        """What was given in one year."""
        sessions = tuple(each for each in self.sessions if each.held_on.year == year)
        return GivingBack(sum(each.minutes for each in sessions), sessions)

    def years(self) -> list[int]:
        """The years in which something was given, the newest first."""
        return sorted({each.held_on.year for each in self.sessions}, reverse=True)


@cache
def rules() -> Rules:
    """The rulebook of hours."""
    return Rules(**json.loads(Path(__file__).with_name("rulebook.json").read_text("utf-8")))


def hours_of(session: Session, person_id: UUID) -> int:
    """How many minutes a person has given back."""
    return session.scalar(select(LedgerAccount.balance).where(LedgerAccount.key == person_key(person_id))) or 0


def giving_back(session: Session, person_id: UUID) -> GivingBack:
    """What a person has given back, session by session."""
    mine = select(LedgerAccount.id).where(LedgerAccount.key == person_key(person_id)).scalar_subquery()
    columns = (Transfer.session_id, Transfer.activity_id, Transfer.held_on, Transfer.minutes)
    query = select(*columns).where(Transfer.to_account_id == mine)
    rows = session.execute(query.order_by(Transfer.held_on.desc(), Transfer.at.desc(), Transfer.id)).all()
    titles = {
        each.id: each.title for each in activities.activities(session, {row.activity_id for row in rows}).values()
    }
    given = [Given(row.session_id, row.activity_id, titles[row.activity_id], row.held_on, row.minutes) for row in rows]
    return GivingBack(sum(each.minutes for each in given), tuple(given))


def minutes_on(session: Session, person_id: UUID, day: date) -> int:
    """How many minutes a person was already given for one day."""
    account = select(LedgerAccount.id).where(LedgerAccount.key == person_key(person_id)).scalar_subquery()
    day_of = (Transfer.to_account_id == account, Transfer.held_on == day)
    return session.scalar(select(func.coalesce(func.sum(Transfer.minutes), 0)).where(*day_of)) or 0


def person_key(person_id: UUID) -> str:
    """The key of a person's account."""
    return f"person:{person_id}"
