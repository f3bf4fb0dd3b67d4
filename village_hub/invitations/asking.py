"""Whom to ask first, how many at once, and until when: arithmetic on what is known of earlier answers.

Lengths of time are hours. Whether somebody says yes, says no or stays silent is estimated as a Dirichlet mean (for two
outcomes: a Beta mean) that leans on the city's, which in turn leans on what the rulebook assumes (empirical Bayes,
Efron and Morris 1975); the time until an answer as an exponential that ends at the deadline.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, prod
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: Hours between two looks in the sums below; the answers' spread is many times wider.
STEP = 1.0
#: Nobody is taken to answer faster, on average: also keeps quotients finite.
FASTEST = 0.25


@dataclass(frozen=True, slots=True)
class Answers:
    """How often questions were answered yes, no, or not at all, and the hours that the given answers took together."""

    accepted: float = 0.0
    declined: float = 0.0
    expired: float = 0.0
    hours: float = 0.0

    def __add__(self, other: Answers) -> Answers:
        return Answers(
            self.accepted + other.accepted,
            self.declined + other.declined,
            self.expired + other.expired,
            self.hours + other.hours,
        )

    def weighing(self, weight: float) -> Answers:
        """The same shares and the same speed, as if seen in so many questions."""
        share = weight / (self.accepted + self.declined + self.expired)
        return Answers(*(share * each for each in (self.accepted, self.declined, self.expired, self.hours)))


@dataclass(frozen=True, slots=True)
class Willing:
    """What one instructor will probably do before the deadline: shares of yes and no, mean hours to an answer."""

    accepts: float
    declines: float
    hours: float

    def answered(self, share: float, hours: float, deadline: float) -> float:
        """How likely an answer that comes in a share of all cases has come by then."""
        if hours >= deadline:
            return share
        return share * (1 - exp(-hours / self.hours)) / (1 - exp(-deadline / self.hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A city's rules of asking; hours are lengths of time, `quiet` is the hours of the day between which none is told.

    `deadlines` are pairs of an hour of the day and the hours for an answer to whoever is asked from then on.
    """

    most: int
    within: float
    needless: float
    next_best: float
    call: float
    assumed: Answers
    own_weight: float
    deadlines: tuple[tuple[int, float], ...]
    quiet: tuple[int, int]

    def deadline(self, now: datetime, starts_at: datetime) -> datetime | None:
        """Until when somebody who is asked now answers; `now` has the city's zone.

        Never in the night, and an hour before the class at the latest; None where there is no time left.
        """
        reaches = after_quiet(now, *self.quiet)
        _, hours = max(each for each in self.deadlines if each[0] <= reaches.hour)
        ends = min(after_quiet(reaches + timedelta(hours=hours), *self.quiet), starts_at - timedelta(hours=1))
        return ends if ends > now else None

    def choose(
        self,
        known: Mapping[Key, Answers],
        pending: Sequence[Key],
        candidates: Sequence[Key],
        *,
        deadline: float,
        waited: float,
    ) -> tuple[int, list[Key]]:
        """How many more to ask, and the candidates (given best first) in the order in which to ask them.

        `pending` are asked already, and the group has waited for a yes for so long; the more of the promised time has
        passed, the more are asked at once.
        """
        city = sum(known.values(), self.assumed)
        each = {one: willing(known.get(one, Answers()), city, self.own_weight) for one in (*pending, *candidates)}
        ordered = [candidates[place] for place in in_order([each[one] for one in candidates], self.next_best)]
        number = number_at_once(
            [each[one] for one in (*pending, *ordered)],
            deadline=deadline,
            within=self.within - waited,
            needless=self.needless,
            call=self.call,
            most=self.most,
        )
        return max(0, number - len(pending)), ordered


def willing(own: Answers, city: Answers, own_weight: float) -> Willing:
    """Own answers, with the city's as if they were `own_weight` questions more."""
    known = own + city.weighing(own_weight)
    answered = known.accepted + known.declined
    return Willing(
        accepts=known.accepted / (answered + known.expired),
        declines=known.declined / (answered + known.expired),
        hours=max(FASTEST, known.hours / answered),
    )


def in_order(candidates: Sequence[Willing], next_best: float) -> list[int]:
    """The places of the candidates (given best first) by score × probability of a yes.

    The score of each is `next_best` times that of the one before.
    """
    worth = [next_best**rank * each.accepts for rank, each in enumerate(candidates)]
    return sorted(range(len(candidates)), key=lambda place: (-worth[place], place))


def number_at_once(
    candidates: Sequence[Willing], *, deadline: float, within: float, needless: float, call: float, most: int
) -> int:
    """The fewest to ask at once so that a yes is expected within so many hours; never more than `most`.

    Where that would ask more than `needless` people in vain, as many as it allows. `call` are the hours until the
    learning manager gets in touch when nobody is left.
    """
    most = min(most, len(candidates))
    for number in range(1, most + 1):
        if number > 1 and asked_in_vain(candidates[:number], deadline) > needless:
            return number - 1
        if hours_to_yes(candidates, number, deadline, call) <= within:
            return number
    return most


def hours_to_yes(candidates: Sequence[Willing], number: int, deadline: float, call: float) -> float:
    """The expected hours until somebody says yes, when `number` are asked at once and the next when all said no.

    Whoever is asked as soon as one says no is asked earlier than that, so this is never too hopeful.
    """
    expected, unserved = 0.0, 1.0
    for first in range(0, len(candidates), number):
        asked = candidates[first : first + number]
        waits = (_nobody_yet(asked, hours, deadline) for hours in _looks(deadline))
        expected += unserved * STEP * sum(waits)
        unserved *= prod(1 - each.accepts for each in asked)
    return expected + unserved * call


def asked_in_vain(asked: Sequence[Willing], deadline: float) -> float:
    """How many of those asked at once are expected to be told that somebody was faster, before they have answered."""
    vain = 0.0
    for place, one in enumerate(asked):
        others = [*asked[:place], *asked[place + 1 :]]
        for hours in _looks(deadline):
            taken = _no_yes(others, hours - STEP / 2, deadline) - _no_yes(others, hours + STEP / 2, deadline)
            vain += taken * (1 - one.answered(one.accepts + one.declines, hours, deadline))
    return vain


def after_quiet(moment: datetime, quiet_from: int, quiet_until: int) -> datetime:
    """The moment itself, or where it lies in the quiet hours of the day, their end; `moment` has the city's zone."""
    if not _is_quiet(moment.hour, quiet_from, quiet_until):
        return moment
    ends = moment.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    return ends if ends > moment else ends + timedelta(days=1)


def _is_quiet(hour: int, quiet_from: int, quiet_until: int) -> bool:
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def _looks(deadline: float) -> list[float]:
    """The middles of the steps until the deadline."""
    return [(step + 0.5) * STEP for step in range(max(1, round(deadline / STEP)))]


def _nobody_yet(asked: Sequence[Willing], hours: float, deadline: float) -> float:
    """How likely nobody has said yes by then, and somebody still might."""
    refused = prod(each.answered(each.declines, hours, deadline) for each in asked)
    return _no_yes(asked, hours, deadline) - refused


def _no_yes(asked: Sequence[Willing], hours: float, deadline: float) -> float:
    return prod(1 - each.answered(each.accepts, max(0.0, hours), deadline) for each in asked)
