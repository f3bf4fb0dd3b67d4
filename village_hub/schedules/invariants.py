"""What must be true of everybody's and every room's time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from village_hub.kernel.db import seconds
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import Rows, any_of, invariant
from village_hub.schedules.models import HALF_HOUR, Hold, PersonSlot, VenueSlot

HALF = HALF_HOUR.total_seconds()
MOVE = N_("Call those concerned and move one of the two to another time or place; then report the fault.")
PLAN_ANEW = N_("Open what the time is kept for, move it to another time and back again; then report the fault.")


@invariant(N_("Nobody and no room is taken twice at the same time."), MOVE)
def nobody_is_taken_twice(now: datetime) -> Rows:
    one, other = aliased(Hold), aliased(Hold)
    both = (one.released_at.is_(None), other.released_at.is_(None), one.id < other.id)
    overlaps = (one.starts_at < other.ends_at, other.starts_at < one.ends_at)
    names = (one.id.label("one"), other.id.label("other"), one.starts_at, one.why, other.why.label("other_why"))
    people = select(one.person_id.label("taken"), *names).where(one.person_id == other.person_id, *both, *overlaps)
    venues = select(one.venue_id.label("taken"), *names).where(one.venue_id == other.venue_id, *both, *overlaps)
    return any_of(people, venues)


@invariant(N_("All the time that is kept for something is marked as taken, half hour by half hour."), PLAN_ANEW)
def kept_time_is_taken(now: datetime) -> Rows:
    return any_of(_not_wholly_taken(PersonSlot, Hold.person_id), _not_wholly_taken(VenueSlot, Hold.venue_id))


@invariant(N_("No half hour is marked as taken without something that it is kept for."), PLAN_ANEW)
def taken_time_is_kept(now: datetime) -> Rows:
    return any_of(_not_kept(PersonSlot.person_id, PersonSlot), _not_kept(VenueSlot.venue_id, VenueSlot))


@invariant(
    N_("Time is kept for a person or a room, and ends after it begins."),
    N_("Report the fault with the numbers that are named here."),
)
def holds_are_sound(now: datetime) -> Rows:
    nobody = and_(Hold.person_id.is_(None), Hold.venue_id.is_(None))
    return select(Hold.id, Hold.why, Hold.starts_at, Hold.ends_at).where(or_(nobody, Hold.ends_at <= Hold.starts_at))


def holds() -> Subquery:
    """Holds as a table, for the rules of later capabilities."""
    return select(
        Hold.id, Hold.person_id, Hold.venue_id, Hold.starts_at, Hold.ends_at, Hold.why, Hold.released_at
    ).subquery()


def _not_wholly_taken(table: type[PersonSlot | VenueSlot], owner: SQLColumnExpression[Any]) -> Rows:
    """Counted by hold: as many half hours as lie between the first and the last, and these are the span's own."""
    count, first, last = func.count(), func.min(table.slot), func.max(table.slot)
    counted = select(table.hold_id, count.label("count"), first.label("first"), last.label("last"))
    taken = counted.group_by(table.hold_id).subquery()
    begins, ends = seconds(Hold.starts_at), seconds(Hold.ends_at)
    first_at, last_at = taken.c.first * HALF, taken.c.last * HALF
    is_whole = and_(
        taken.c.count == taken.c.last - taken.c.first + 1,
        and_(first_at <= begins, begins < first_at + HALF),
        and_(last_at < ends, ends <= last_at + HALF),
    )
    query = select(Hold.id, literal(table.__tablename__).label("where"), Hold.why, Hold.starts_at, Hold.ends_at)
    unreleased = and_(owner.is_not(None), Hold.released_at.is_(None), Hold.starts_at < Hold.ends_at)
    return query.outerjoin(taken, taken.c.hold_id == Hold.id).where(
        unreleased, or_(taken.c.hold_id.is_(None), ~is_whole)
    )


def _not_kept(owner: SQLColumnExpression[Any], table: type[PersonSlot | VenueSlot]) -> Rows:
    kept = Hold.person_id if table is PersonSlot else Hold.venue_id
    known: Rows = select(owner.label("taken"), table.slot, table.hold_id).outerjoin(Hold, Hold.id == table.hold_id)
    return known.where(or_(Hold.id.is_(None), Hold.released_at.is_not(None), kept.is_distinct_from(owner)))


INVARIANTS = (nobody_is_taken_twice, kept_time_is_taken, taken_time_is_kept, holds_are_sound)
