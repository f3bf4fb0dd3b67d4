"""The city through the engine and plain arithmetic: the same people, rules and answers without any use case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from uuid import UUID

from village_hub.demo.story import ZONE
from village_hub.invitations import queries as invitations
from village_hub.invitations.asking import Answers
from village_hub.matching import engine
from village_hub.matching import queries as matching
from village_hub.matching.queries import HALF_HOUR, LEVELS, Calendar
from village_hub.places import queries as places
from village_hub.simulation.arrivals import Arrival
from village_hub.simulation.diary import Diary
from village_hub.simulation.people import answer, comes
from village_hub.simulation.planning import plan_of
from village_hub.simulation.town import Town
from village_hub.talents import queries as talents

HOUR, WEEK = timedelta(hours=1), 7 * 48


@dataclass(eq=False, slots=True)
class Group:
    """A proposal whose instructors are being asked, or who have said yes; wishes by their ids."""

    number: int
    wishes: dict[str, Arrival]
    instructor: UUID
    others: list[UUID]
    venue: str
    starts_at: datetime
    began: datetime
    pending: dict[int, UUID] = field(default_factory=dict)
    asked: set[UUID] = field(default_factory=set)
    is_taken: bool = False


class Arrays:
    """What the use cases do to the figures, and no more; answers older than a year count here too."""

    def __init__(self, town: Town, diary: Diary) -> None:
        self.town, self.diary, self.story = town, diary, town.story
        session, now = town.story.session, town.story.now
        seen = matching.snapshot(session, now).problem
        self.rules, self.policy = seen.rules, invitations.policy(town.rules)
        self.instructors = {each.id: each for each in seen.instructors}
        self.venues = {each.id: each for each in seen.venues}
        self.free = {str(each.person_id): each.weekly for each in talents.offers(session, now)}
        self.open_hours = places.weekly_hours(session, [UUID(each) for each in self.venues])
        city = places.municipality(session)
        self.origin = (city.lon, city.lat)
        self.waiting: dict[str, Arrival] = {}
        self.active: set[tuple[UUID, str]] = set()
        self.groups: list[Group] = []
        self.never: set[tuple[str, str]] = set()
        self.known: dict[UUID, Answers] = defaultdict(Answers)
        self.places: dict[tuple[UUID, str], set[int]] = defaultdict(set)
        self._numbers = count()

    def live(self, arrivals: Iterable[Arrival]) -> None:
        """Let the whole time pass."""
        for number, each in enumerate(arrivals):
            self.story.at(each.at, partial(self._wish, f"wish {number:06}", each))
        for day in range(self.town.days):
            for hour in self.town.rates.run_hours:
                self.story.at(self.town.moment(day, 60 * hour), self._look_for_matches)
        self.story.tell()

    def _wish(self, name: str, each: Arrival) -> None:
        if (each.who.id, each.topic) in self.active:
            return
        self.active.add((each.who.id, each.topic))
        self.waiting[name] = each
        self.never.add((name, str(each.who.id)))
        self.diary.wish(name, self.story.now)
        days = (each.until - each.at.astimezone(ZONE).date()).days + 1
        self.story.at(each.at + timedelta(days=days), partial(self._give_up, name))

    def _give_up(self, name: str) -> None:
        if (each := self.waiting.pop(name, None)) is not None:
            self.active.discard((each.who.id, each.topic))

    def _look_for_matches(self) -> None:
        if not self.waiting:
            return
        now = self.story.now
        self.groups = [each for each in self.groups if each.starts_at > now]
        first = now.astimezone(ZONE).date() + timedelta(days=self.town.rules.lead_days)
        calendar = Calendar(
            datetime.combine(first, time(), ZONE).astimezone(now.tzinfo), self.town.rules.horizon_days, ZONE
        )
        problem = self._problem(calendar)
        plan, others_of = plan_of(problem)
        self.diary.run(plan.value, plan.bound)
        for each, others in zip(plan.classes, others_of, strict=True):
            wishes = {name: self.waiting.pop(name) for name in each.wish_ids}
            starts_at, named = calendar.moment(each.start), list(map(UUID, others))
            number, instructor = next(self._numbers), UUID(each.instructor_id)
            group = Group(number, wishes, instructor, named, each.venue_id, starts_at, began=now)
            self.groups.append(group)
            self._ask_next(group)
            if not group.pending:
                self._fall_apart(group)

    def _problem(self, calendar: Calendar) -> engine.Problem:
        wishes = tuple(self._as_wish(name, each, calendar) for name, each in self.waiting.items())
        wished = {each.topic for each in wishes}
        rooms, busy = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
        agreed = Counter[tuple[str, int]]()
        for each in self.groups:
            start = calendar.slot(each.starts_at)
            rooms[each.venue].update(range(start, start + self.rules.length_slots))
            busy[str(each.instructor)].update(range(start, start + self.rules.length_slots))
            agreed[str(each.instructor), start // WEEK] += 1
        weeks = range(-(-calendar.days // 7))
        return engine.Problem(
            wishes=wishes,
            instructors=tuple(
                replace(
                    each,
                    slots=calendar.slots(self.free[name]) - busy[name],
                    taken_per_week={week: agreed[name, week] for week in weeks if agreed[name, week]},
                )
                for name, each in self.instructors.items()
                if wished & each.topics.keys()
            ),
            venues=tuple(
                replace(each, slots=calendar.slots(self.open_hours[UUID(name)]) - rooms[name])
                for name, each in self.venues.items()
            ),
            rules=self.rules,
            forbidden=frozenset(pair for pair in self.never if pair[0] in self.waiting),
        )

    def _as_wish(self, name: str, each: Arrival, calendar: Calendar) -> engine.Wish:
        return engine.Wish(
            id=name,
            topic=str(self.town.city.topics[each.topic]),
            point=engine.project(each.who.lon, each.who.lat, self.origin),
            reach_m=each.reach_m,
            slots=calendar.slots(each.weekly, each.at.astimezone(ZONE).date(), each.until),
            level=LEVELS.index(each.level),
            people=each.people,
            needs=frozenset(each.needs),
            waiting_days=max(0, (self.story.now - each.at).days),
        )

    def _ask_next(self, group: Group) -> None:
        now = self.story.now
        deadline = self.policy.deadline(now.astimezone(ZONE), group.starts_at)
        candidates = [each for each in (group.instructor, *group.others) if each not in group.asked]
        if deadline is None or not candidates:
            return
        room, ordered = self.policy.choose(
            self.known, list(group.pending.values()), candidates,
            deadline=(deadline - now) / HOUR, waited=(now - group.began) / HOUR,
        )  # fmt: skip
        for who in ordered:
            if room > 0 and self._take_place(group, who):
                self._ask(group, who, deadline)
                room -= 1

    def _take_place(self, group: Group, who: UUID) -> bool:
        local = self.story.now.astimezone(ZONE)
        allowed = {
            f"{local:%G-W%V}": self.town.rules.asks_per_class * self.town.caps[who],
            f"{local:%Y-%m}": self.town.rules.asks_per_month,
        }
        if any(len(self.places[who, period]) >= most for period, most in allowed.items()):
            return False
        for period in allowed:
            self.places[who, period].add(group.number)
        return True

    def _ask(self, group: Group, who: UUID, deadline: datetime) -> None:
        number, now = next(self._numbers), self.story.now
        group.pending[number] = who
        group.asked.add(who)
        before = self.diary.ask(number, group.number, who, now)
        will = answer(self.town, who, before, now, deadline)
        deed, moment = will or ("expire", deadline)
        act = self._accept if deed == "accept" else partial(self._refuse, is_silent=deed == "expire")
        self.story.at(moment, partial(act, group, number, now))

    def _accept(self, group: Group, number: int, asked_at: datetime) -> None:
        who = group.pending.pop(number, None)
        if who is None:
            return
        if self._is_taken(who, group):
            self.diary.end(number, "withdrawn")
            self._move_on(group)
            return
        self.known[who] += Answers(accepted=1, hours=(self.story.now - asked_at) / HOUR)
        for other in group.pending:
            self.diary.end(other, "withdrawn")
        group.pending, group.is_taken, group.instructor = {}, True, who
        people = sum(each.people for each in group.wishes.values())
        self.diary.take(number, group.wishes, people, self.story.now)
        self.story.at(group.starts_at + self.rules.length_slots * HALF_HOUR, partial(self._hold, group))

    def _refuse(self, group: Group, number: int, asked_at: datetime, *, is_silent: bool) -> None:
        who = group.pending.pop(number, None)
        if who is None:
            return
        hours = (self.story.now - asked_at) / HOUR
        self.known[who] += Answers(expired=1) if is_silent else Answers(declined=1, hours=hours)
        self.diary.end(number, "expired" if is_silent else "declined")
        self.never.update((name, str(who)) for name in group.wishes)
        self._move_on(group)

    def _is_taken(self, who: UUID, group: Group) -> bool:
        """Whether somebody teaches another lecture then."""
        length = self.rules.length_slots * HALF_HOUR
        return any(
            each.is_taken and each.instructor == who and abs(each.starts_at - group.starts_at) < length
            for each in self.groups
        )

    def _move_on(self, group: Group) -> None:
        self._ask_next(group)
        if not group.pending:
            self._fall_apart(group)

    def _fall_apart(self, group: Group) -> None:
        self.groups.remove(group)
        self.waiting |= group.wishes

    def _hold(self, group: Group) -> None:
        for each in group.wishes.values():
            self.active.discard((each.who.id, each.topic))
            self.diary.attend(came=comes(self.town, each.who.id, group.starts_at))
