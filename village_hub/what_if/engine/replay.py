"""The past once more, week by week, under any rules: the same requests, and what the engine would have made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from village_hub.learning_requests.queries import Recorded, Rules, Served
from village_hub.matching import engine
from village_hub.matching import queries as matching
from village_hub.schedules.queries import slots_between
from village_hub.what_if.engine.outcome import Figures, Held, Week, summed
from village_hub.what_if.engine.past import Past

#: Price iterations of each run; fixed, so that the same past and rules give the same figures.
EFFORT = 24
SLOTS_A_WEEK = 336

Change = Callable[[Rules], Rules]


def run_days(first: date, last: date) -> list[date]:
    """The days on which a replay runs: every seventh after the first, and the last."""
    days = [first + timedelta(days=number) for number in range(7, (last - first).days, 7)]
    return [*days, last]


def replay(
    past: Past, first: date, last: date, change: Change, say: Callable[[int], object] = lambda _done: None
) -> Figures:
    """What the requests from the first to the last day would have come to under the changed rules.

    Every volunteer who is asked says yes, but for those who said no to that request then. `say` hears after each run
    how many are done; what it raises ends the replay.
    """
    again = _Again(past, first, last, change)
    for number, day in enumerate(run_days(first, last), 1):
        again.run(day)
        say(number)
    return again.figures()


class _Again:
    """How far the replay has come: what is arranged, and who and what is taken by it."""

    def __init__(self, past: Past, first: date, last: date, change: Change) -> None:
        self._past, self._change = past, change
        self._begins, self._ends = self._midnight(first), self._midnight(last + timedelta(days=1))
        self._requests = [each for each in past.requests if self._begins <= each.opened_at < self._ends]
        self._people = {owner: set(slots) for owner, slots in past.taken_people.items()}
        self._venues = {owner: set(slots) for owner, slots in past.taken_venues.items()}
        self._starts: list[tuple[UUID, int]] = []
        self._served: dict[UUID, Served] = {}
        self._held: list[Held] = []
        self._weeks: list[Week] = []
        self._could: set[UUID] = set()
        self._last: engine.Plan | None = None

    def run(self, day: date) -> None:
        """One match run at the end of a day."""
        moment, rules = self._midnight(day + timedelta(days=1)), self._change(self._past.rules(day))
        begins = self._midnight(day + timedelta(days=1 + rules.lead_days))
        calendar = matching.Calendar(begins, rules.horizon_days, self._past.zone)
        waiting = {str(each.wish.id): each for each in self._requests if self._waits(each, moment)}
        problem = self._problem(list(waiting.values()), calendar, rules, moment)
        plan = engine.solve(problem, effort=EFFORT, warm=self._last, explained=False)
        self._last = plan
        for each in plan.classes:
            self._hold(each, [waiting[one] for one in each.wish_ids], calendar, rules, moment)
        people = sum(sum(wish.people for wish in problem.wishes if wish.id in each.wish_ids) for each in plan.classes)
        asking = sum(wish.people for wish in problem.wishes)
        self._weeks.append(Week(day.isoformat(), asking, len(plan.classes), people, plan.value, plan.bound))

    def figures(self) -> Figures:
        """What it all came to."""
        left = [each for each in self._requests if self._waits(each, self._ends)]
        return summed(
            self._held,
            self._weeks,
            people_asked=sum(each.people(self._ends) for each in self._requests),
            still_waiting=[(each.people(self._ends), (self._ends - each.opened_at).days) for each in left],
            volunteers=len(self._could),
        )

    def _waits(self, each: Recorded, moment: datetime) -> bool:
        """Whether it was asked, not withdrawn, not too late, and is not arranged yet."""
        is_asked = each.opened_at < moment and (each.withdrawn_at is None or each.withdrawn_at >= moment)
        return is_asked and self._midnight(each.wish.until_date) >= moment and each.wish.id not in self._served

    def _problem(
        self, waiting: list[Recorded], calendar: matching.Calendar, rules: Rules, moment: datetime
    ) -> engine.Problem:
        past, base = self._past, _number(calendar.start)
        wishes = [replace(each.wish, people=each.people(moment)) for each in waiting]
        left_out = self._left_out(rules, moment)
        open_offers = [each.offer for each in past.offers if each.is_open(moment)]
        self._could.update(each.person_id for each in open_offers)
        agreed = Counter((person, (start - base) // SLOTS_A_WEEK) for person, start in self._starts)
        people, venues = _from(self._people, base), _from(self._venues, base)
        refused = [(request, person) for request, person, since in past.refusals if since < moment]
        own = [(each.id, person) for each in wishes for person in (each.requester_id, *each.companions)]
        return engine.Problem(
            wishes=tuple(
                matching.wish(
                    wish,
                    calendar,
                    (moment - each.opened_at).days,
                    past.origin,
                    left_out.priority(wish.requester_id, rules.weights),
                )
                for wish, each in zip(wishes, waiting, strict=True)
            ),
            instructors=tuple(matching.instructor(each, calendar, people, agreed, past.origin) for each in open_offers),
            venues=tuple(
                matching.venue(each, calendar, past.hours, venues, rules.maximum_group, past.origin)
                for each in past.venues
            ),
            rules=matching.engine_rules(rules),
            forbidden=frozenset((str(wish), str(person)) for wish, person in (*refused, *own)),
        )

    def _left_out(self, rules: Rules, moment: datetime) -> matching.LeftOut:
        """Who is left out by then, with what the replay itself has arranged."""
        before = [*self._past.served_before, *self._served.values()]
        recent = [each for each in before if each.opened_at >= moment - timedelta(days=rules.unreached["days"])]
        reached = ((self._past.districts.get(each.requester_id), each.people) for each in recent)
        unreached = matching.unreached_districts(reached, self._past.population, rules.unreached["share"])
        return matching.LeftOut(self._past.districts, unreached, frozenset(each.requester_id for each in before))

    def _hold(
        self,
        each: engine.PlannedClass,
        requests: list[Recorded],
        calendar: matching.Calendar,
        rules: Rules,
        moment: datetime,
    ) -> None:
        """A class that takes place: nobody in it waits any longer, and its instructor and room are taken."""
        start = _number(calendar.start) + each.start
        instructor, begins = UUID(each.instructor_id), calendar.moment(each.start)
        for taken, owner in ((self._people, instructor), (self._venues, UUID(each.venue_id))):
            taken.setdefault(owner, set()).update(range(start, start + each.length))
        self._starts.append((instructor, start))
        waits: list[int] = []
        for one in requests:
            people = one.people(moment)
            self._served[one.wish.id] = Served(one.wish.requester_id, one.opened_at, people)
            waits += [(begins - one.opened_at).days] * people
        hours = each.length * matching.HALF_HOUR / timedelta(hours=1)
        cost, worth = (fee(*rules.fees[grade], hours) for grade in ("volunteer", "paid"))
        self._held.append(Held(each.instructor_id, hours, cost, worth, tuple(waits)))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._past.zone).astimezone(UTC)


def fee(first_hour: int, further_hour: int, hours: float) -> int:
    """Won for one class by the rate card; less than a whole hour counts for its part."""
    return round(first_hour * min(hours, 1) + further_hour * max(0, hours - 1))


def _number(moment: datetime) -> int:
    return slots_between(moment, moment + matching.HALF_HOUR).start


def _from(taken: Mapping[UUID, set[int]], base: int) -> dict[UUID, set[int]]:
    return {owner: {slot - base for slot in slots} for owner, slots in taken.items()}
