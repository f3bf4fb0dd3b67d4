"""What is to be matched. Times are half-hour slots counted from the start of the horizon, lengths are metres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from village_hub.matching.engine.geometry import Point

ANY_LEVEL = 0
SLOT_MINUTES = 30
KOREAN = frozenset({"ko"})


class ProblemError(ValueError):
    """The problem contradicts itself, so no plan could be honest about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One stated wish of `people` residents who come together or not at all.

    `slots` are the half hours in which they could attend. `level` 0 fits every level. `venue` is their own place: the
    class is held there or not at all, whatever the distance. `only_with` names a closed circle: wishes of one circle
    share classes with each other and with nobody else, so a circle of one wish needs the minimum by its own people.
    `priority` is a factor ≥ 0 on `Weights.priority`.
    """

    id: str
    topic: str
    point: Point
    reach_m: float
    slots: frozenset[int]
    level: int = ANY_LEVEL
    people: int = 1
    languages: frozenset[str] = KOREAN
    needs: frozenset[str] = frozenset()
    waiting_days: int = 0
    priority: float = 0.0
    venue: str | None = None
    only_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructor:
    """One volunteer; `slots` are free half hours after all commitments, `topics` maps a topic to the levels taught.

    A level 0 among the levels means every level. `taken_per_week` maps week numbers to sessions already agreed: they
    count against `cap_per_week` and as load. `group_min` and `group_max` are group sizes the instructor welcomes.
    """

    id: str
    topics: Mapping[str, frozenset[int]]
    slots: frozenset[int]
    point: Point
    radius_m: float
    cap_per_week: int = 1
    taken_per_week: Mapping[int, int] = field(default_factory=dict)
    languages: frozenset[str] = KOREAN
    group_min: int = 1
    group_max: int = 1000
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A room with its open half hours; a `private` one serves only wishes that name it as their own place."""

    id: str
    point: Point
    slots: frozenset[int]
    capacity: int
    features: frozenset[str] = frozenset()
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a plan is worth, in served people: all terms are added up, so every figure can be shown to a council.

    A person counts `served` + `waiting` × min(days, full) / full + `priority` × priority − `walking` × distance / reach
    − `level_step` × levels apart − `later_per_day` × days from the start of the horizon to the class. A class costs
    `class_cost` + `travel_per_km` for the way there and back. The n-th session of an instructor costs `load` ×
    (sessions before it), which spreads the load.

    `later_per_day` is so small that a class of 20 in four weeks is worth more than one of 19 of them on the first day.
    Every class of `Problem.shown` that the plan holds unchanged adds `stability`: what must be gained to break it.
    """

    served: float = 1.0
    waiting: float = 0.5
    waiting_full_days: int = 60
    priority: float = 0.5
    walking: float = 0.3
    level_step: float = 0.2
    later_per_day: float = 0.0008
    class_cost: float = 0.5
    travel_per_km: float = 0.05
    load: float = 0.1
    stability: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The municipality's rulebook as of one date; a class starts only on a multiple of `start_step_slots`.

    Between two classes at different venues an instructor needs the way at `travel_m_per_minute`; 0 asks for no time.
    """

    minimum_group: int = 5
    maximum_group: int = 20
    length_slots: int = 4
    start_step_slots: int = 1
    slots_per_week: int = 336
    level_tolerance: int = 1
    walking_m_per_minute: float = 50.0
    travel_m_per_minute: float = 0.0
    weights: Weights = field(default_factory=Weights)

    def week_of(self, slot: int) -> int:
        """Weeks are counted from the start of the horizon."""
        return slot // self.slots_per_week


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClass:
    """A class that stands as it is: nobody joins or leaves it, and its people, instructor and room are taken."""

    topic: str
    level: int
    language: str
    wish_ids: tuple[str, ...]
    instructor_id: str
    venue_id: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything one match run may use; `forbidden` holds (wish, instructor) pairs that must not meet.

    `kept` classes stand whatever they cost; `shown` ones have been proposed before and are worth `Weights.stability`
    more as they are. One that is no longer possible, or names somebody who is gone, counts for nothing.
    """

    wishes: tuple[Wish, ...]
    instructors: tuple[Instructor, ...]
    venues: tuple[Venue, ...]
    rules: Rules = field(default_factory=Rules)
    forbidden: frozenset[tuple[str, str]] = frozenset()
    kept: tuple[KeptClass, ...] = ()
    shown: tuple[KeptClass, ...] = ()

    def __post_init__(self) -> None:
        """A problem is refused at the door rather than half solved."""
        rules = self.rules
        if not 1 <= rules.minimum_group <= rules.maximum_group:
            raise ProblemError("the minimum group must lie between 1 and the maximum group")
        if rules.length_slots < 1 or rules.start_step_slots < 1 or rules.slots_per_week < 1:
            raise ProblemError("length, start step and week must be at least one slot")
        wishes = _unique("wish", (wish.id for wish in self.wishes))
        instructors = _unique("instructor", (instructor.id for instructor in self.instructors))
        venues = _unique("venue", (venue.id for venue in self.venues))
        if any(wish.people < 1 or wish.reach_m < 0 or any(slot < 0 for slot in wish.slots) for wish in self.wishes):
            raise ProblemError("a wish needs at least one person, a reach of 0 m or more and slots from 0 on")
        _unique("kept wish", (wish for kept in self.kept for wish in kept.wish_ids))
        for kept in self.kept:
            if not (wishes.issuperset(kept.wish_ids) and kept.instructor_id in instructors and kept.venue_id in venues):
                raise ProblemError("a kept class names a wish, instructor or venue that is not in the problem")


def _unique(kind: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise ProblemError(f"{kind} {name} stands twice in the problem")
        seen.add(name)
    return seen
