"""One class in rows of the tables, with what it is worth and why it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import dist

from village_hub.matching.engine.plan import Reason, ReasonCode
from village_hub.matching.engine.problem import KeptClass
from village_hub.matching.engine.tables import Tables, levels_apart


@dataclass(frozen=True, slots=True)
class Meeting:
    """Wishes, instructor and venue are row numbers of the tables."""

    topic: str
    level: int
    language: str
    wishes: tuple[int, ...]
    instructor: int
    venue: int
    start: int
    kept: bool = False


def kept_meetings(tables: Tables) -> list[Meeting]:
    """The classes that stand as they are."""
    return [kept_meeting(tables, kept) for kept in tables.problem.kept]


def kept_meeting(tables: Tables, kept: KeptClass) -> Meeting:
    """Ids become rows."""
    return Meeting(
        kept.topic, kept.level, kept.language,
        tuple(sorted(tables.wish_row[wish] for wish in kept.wish_ids)),
        tables.instructor_row[kept.instructor_id], tables.venue_row[kept.venue_id], kept.start, kept=True,
    )  # fmt: skip


def value_of(tables: Tables, meeting: Meeting) -> float:
    """What the class is worth without the load term."""
    weights, place = tables.rules.weights, tables.venues[meeting.venue].point
    late = float(tables.later(1, meeting.start))
    worth = -weights.class_cost - weights.travel_per_km * 2 * metres_to_venue(tables, meeting) / 1000
    for row in meeting.wishes:
        wish = tables.wishes[row]
        walk = dist(wish.point, place) / max(wish.reach_m, 1.0)
        apart = weights.level_step * levels_apart(wish.level, meeting.level)
        worth += wish.people * (float(tables.ahead[row]) - weights.walking * walk - apart - late)
    return worth


def score_of(tables: Tables, meeting: Meeting, value: float) -> float:
    """The value as a share of what the same people would be worth next door, at their level and at once."""
    worth = sum(tables.wishes[row].people * float(tables.ahead[row]) for row in meeting.wishes)
    ideal = worth - tables.rules.weights.class_cost
    return min(1.0, max(0.0, value / ideal)) if ideal > 0 else 0.0


def kept_value(tables: Tables) -> float:
    """Worth of the kept classes with their load, a constant of the problem."""
    kept = kept_meetings(tables)
    load = 0.0
    for instructor, sessions in Counter(one.instructor for one in kept).items():
        before = int(tables.loads[instructor]) - sessions
        load += tables.rules.weights.load * (sessions * before + sessions * (sessions - 1) / 2)
    return sum(value_of(tables, one) for one in kept) - load


def metres_to_venue(tables: Tables, meeting: Meeting) -> float:
    """The instructor's way, one direction."""
    return dist(tables.instructors[meeting.instructor].point, tables.venues[meeting.venue].point)


def reasons_of(tables: Tables, meeting: Meeting, this_week: int, this_month: int) -> Iterator[Reason]:
    """Every reason with its figures; the sessions counted include this one."""
    wishes = [tables.wishes[row] for row in meeting.wishes]
    people = sum(wish.people for wish in wishes)
    instructor, venue = tables.instructors[meeting.instructor], tables.venues[meeting.venue]
    apart = max((levels_apart(wish.level, meeting.level) for wish in wishes), default=0)
    yield Reason(ReasonCode.EVERYBODY_FREE, {"people": people, "wishes": len(wishes)})
    yield Reason(ReasonCode.TOPIC_FITS, {"topic": meeting.topic, "level": meeting.level, "levels_apart": apart})
    yield Reason(ReasonCode.LANGUAGE_SHARED, {"language": meeting.language})
    way = round(metres_to_venue(tables, meeting))
    yield Reason(ReasonCode.DISTANCE_INSTRUCTOR_M, {"metres": way, "radius_m": instructor.radius_m})
    walks = [dist(wish.point, venue.point) / tables.rules.walking_m_per_minute for wish in wishes]
    yield Reason(ReasonCode.WALKING_MINUTES, {"average": round(sum(walks) / len(walks)), "longest": round(max(walks))})
    waited = [wish.waiting_days for wish in wishes]
    yield Reason(ReasonCode.WAITED_DAYS, {"average": round(sum(waited) / len(waited)), "longest": max(waited)})
    needs = frozenset[str]().union(*(wish.needs for wish in wishes))
    if needs:
        yield Reason(ReasonCode.ACCESS_MET, {"features": "+".join(sorted(needs))})
    yield Reason(ReasonCode.ROOM_FITS, {"people": people, "capacity": venue.capacity})
    yield Reason(ReasonCode.SESSIONS_THIS_WEEK, {"sessions": this_week, "cap": instructor.cap_per_week})
    yield Reason(ReasonCode.SESSIONS_THIS_MONTH, {"sessions": this_month})
