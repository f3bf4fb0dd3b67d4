"""What a match run answers: classes with reasons, the certificate, and why not for everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.problem import KeptClass

Figures = Mapping[str, float | str]


class ReasonCode(StrEnum):
    """Why a class fits; the figures of each are named beside it."""

    EVERYBODY_FREE = "everybody_free"  # people, wishes
    TOPIC_FITS = "topic_fits"  # topic, level, levels_apart
    LANGUAGE_SHARED = "language_shared"  # language
    DISTANCE_INSTRUCTOR_M = "distance_instructor_m"  # metres, radius_m
    WALKING_MINUTES = "walking_minutes"  # average, longest
    WAITED_DAYS = "waited_days"  # average, longest
    ACCESS_MET = "access_met"  # features, joined with "+"
    ROOM_FITS = "room_fits"  # people, capacity
    SESSIONS_THIS_WEEK = "sessions_this_week"  # sessions (with this class), cap
    SESSIONS_THIS_MONTH = "sessions_this_month"  # sessions in the horizon (with this class)


class WhyNotCode(StrEnum):
    """What stands between a wish and a class."""

    NO_INSTRUCTOR_FOR_TOPIC = "no_instructor_for_topic"  # other_levels
    LANGUAGE = "language"  # instructors
    NO_VENUE_NEAR = "no_venue_near"  # nearest_m, reach_m
    NO_VENUE_WITH_FEATURE = "no_venue_with_feature"  # features, venues
    INSTRUCTORS_NOT_FREE_THEN = "instructors_not_free_then"  # instructors
    INSTRUCTORS_TOO_FAR = "instructors_too_far"  # instructors
    NO_VENUE_OPEN_THEN = "no_venue_open_then"  # venues
    TOO_FEW_PEOPLE = "too_few_people"  # people, missing
    CAPS_USED = "caps_used"  # instructors
    OTHERS_FIRST = "others_first"  # instructors
    NOT_WORTH_ITS_COST = "not_worth_its_cost"


class ChangeCode(StrEnum):
    """What the village could change; the unit of the amount is named beside it."""

    OTHER_HOUR = "other_hour"  # more half hours
    FURTHER = "further"  # more metres
    MORE_PEOPLE = "more_people"  # more people with the same wish
    OTHER_LANGUAGE = "other_language"  # languages; subject: the language
    VENUE_FEATURE = "venue_feature"  # features; subject: the features, joined with "+"
    ONE_MORE_SESSION = "one_more_session"  # sessions; subject: the instructor
    INSTRUCTOR_FOR_TOPIC = "instructor_for_topic"  # instructors; subject: the topic


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as a code with its figures; words are made by whoever shows it."""

    code: ReasonCode
    figures: Figures


@dataclass(frozen=True, slots=True)
class Change:
    """A change that makes a class possible at `venue_id` and `start` while the rest of the plan stands.

    Where none alone is enough, `people` more with the same wish are needed besides.
    """

    code: ChangeCode
    amount: int
    subject: str
    venue_id: str
    start: int
    people: int = 0


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The first obstacle of a wish and the smallest change that matches it, if there is one."""

    code: WhyNotCode
    figures: Figures
    smallest_change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedClass:
    """One class: `length` half hours from `start` on; `score` is its share (0-1) of the best such a group could have.

    `value` counts without the load term, which belongs to the plan as a whole.
    """

    topic: str
    level: int
    language: str
    wish_ids: tuple[str, ...]
    instructor_id: str
    venue_id: str
    start: int
    length: int
    value: float
    score: float
    reasons: tuple[Reason, ...]
    kept: bool = False

    def keep(self) -> KeptClass:
        """The same class as a fixed part of a later problem."""
        return KeptClass(
            topic=self.topic, level=self.level, language=self.language, wish_ids=self.wish_ids,
            instructor_id=self.instructor_id, venue_id=self.venue_id, start=self.start,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Tariff:
    """Prices by name: per wish, and for each instructor per half hour, per week and per session."""

    wishes: Mapping[str, float]
    instructors: Mapping[str, tuple[Floats, Floats, float]]


class Unmatched(Mapping[str, WhyNot]):
    """Why each wish found no class, worked out when it is first asked."""

    def __init__(
        self,
        names: Iterable[str],
        explain: Callable[[str], WhyNot],
        others: Callable[[str, Change], tuple[Change, ...]] = lambda _name, _change: (),
    ) -> None:
        self._answers: dict[str, WhyNot | None] = dict.fromkeys(names)
        self._explain, self._others = explain, others

    def changes(self, name: str) -> tuple[Change, ...]:
        """The smallest change of each kind that matches the wish, the one that asks least first."""
        smallest = self[name].smallest_change
        return (smallest, *self._others(name, smallest)) if smallest else ()

    def __getitem__(self, name: str) -> WhyNot:
        answer = self._answers[name]
        if answer is None:
            answer = self._answers[name] = self._explain(name)
        return answer

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Classes in order of start and venue, and a certificate: no plan for this problem is worth more than `bound`.

    `stability` is the part of the value that classes shown before add by staying as they are. `tariff` are the prices
    of the bound, a head start for the next run; `effort` says how many keys, entries, bytes and steps it took.
    """

    classes: tuple[PlannedClass, ...]
    value: float
    bound: float
    unmatched: Mapping[str, WhyNot]
    stability: float = 0.0
    tariff: Tariff | None = field(default=None, compare=False, repr=False)
    effort: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def gap(self) -> float:
        """The largest share of the bound that a better plan could still add."""
        return max(0.0, 1.0 - self.value / self.bound) if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another instructor for the same group, place and hour; `score` compares with that of the class."""

    instructor_id: str
    score: float
    reasons: tuple[Reason, ...]
