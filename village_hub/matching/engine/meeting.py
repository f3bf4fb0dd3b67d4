"""One class in rows of the tables, with what it is worth and why it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.geometry import Floats, distances_m
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
    rows = np.array(meeting.wishes, dtype=np.int64)
    gain = tables.gain(rows, _to_venue(tables, tables.wish_at[rows], meeting.venue), meeting.level).sum()
    gain -= tables.later(tables.people[rows], meeting.start).sum()
    travel = tables.rules.weights.travel_per_km * 2 * metres_to_venue(tables, meeting) / 1000
    return float(gain - tables.rules.weights.class_cost - travel)


def score_of(tables: Tables, meeting: Meeting) -> float:
    """Share of what the same people would be worth next door, at their level, at once, without travel."""
    rows = list(meeting.wishes)
    ideal = float((tables.people[rows] * tables.ahead[rows]).sum()) - tables.rules.weights.class_cost
    return min(1.0, max(0.0, value_of(tables, meeting) / ideal)) if ideal > 0 else 0.0


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
    own = tables.instructor_at[meeting.instructor : meeting.instructor + 1]
    return float(_to_venue(tables, own, meeting.venue)[0])


def reasons_of(tables: Tables, meeting: Meeting, this_week: int, this_month: int) -> Iterator[Reason]:
    """Every reason with its figures; the sessions counted include this one."""
    rows = np.array(meeting.wishes, dtype=np.int64)
    wishes = [tables.wishes[row] for row in meeting.wishes]
    people = int(tables.people[rows].sum())
    instructor, venue = tables.instructors[meeting.instructor], tables.venues[meeting.venue]
    apart = max((levels_apart(wish.level, meeting.level) for wish in wishes), default=0)
    yield Reason(ReasonCode.EVERYBODY_FREE, {"people": people, "wishes": len(wishes)})
    yield Reason(ReasonCode.TOPIC_FITS, {"topic": meeting.topic, "level": meeting.level, "levels_apart": apart})
    yield Reason(ReasonCode.LANGUAGE_SHARED, {"language": meeting.language})
    way = round(metres_to_venue(tables, meeting))
    yield Reason(ReasonCode.DISTANCE_INSTRUCTOR_M, {"metres": way, "radius_m": instructor.radius_m})
    walks = _to_venue(tables, tables.wish_at[rows], meeting.venue) / tables.rules.walking_m_per_minute
    yield Reason(
        ReasonCode.WALKING_MINUTES, {"average": round(float(walks.mean())), "longest": round(float(walks.max()))}
    )
    waited = [wish.waiting_days for wish in wishes]
    yield Reason(ReasonCode.WAITED_DAYS, {"average": round(sum(waited) / len(waited)), "longest": max(waited)})
    needs = frozenset[str]().union(*(wish.needs for wish in wishes))
    if needs:
        yield Reason(ReasonCode.ACCESS_MET, {"features": "+".join(sorted(needs))})
    yield Reason(ReasonCode.ROOM_FITS, {"people": people, "capacity": venue.capacity})
    yield Reason(ReasonCode.SESSIONS_THIS_WEEK, {"sessions": this_week, "cap": instructor.cap_per_week})
    yield Reason(ReasonCode.SESSIONS_THIS_MONTH, {"sessions": this_month})


def _to_venue(tables: Tables, places: Floats, venue: int) -> Floats:
    return distances_m(places, tables.venue_at[venue : venue + 1])[:, 0]
