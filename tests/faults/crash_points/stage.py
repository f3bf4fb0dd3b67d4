"""The stage of a flow: what people press, what workers do, and how the world goes on when a process is killed.

Whoever gets no answer presses the very same form again, with its key; a supervisor starts a new worker; a lease runs
out because the clock is moved. Everything that a flow asks of the stage is kept in a journal, so that the flow can be
played again up to the process that is to be killed, without running any process before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select

from tests.faults.crash_points.listener import Heard, hear
from tests.faults.crash_points.nursery import Life, Nursery
from tests.faults.crash_points.outcome import Teller
from tests.faults.crash_points.quiet import Quiet, half_past, look, next_moment, skip_rounds
from tests.faults.crash_points.state import Snapshot, State
from tests.faults.crash_points.tasks import Answer, Call, Live, Request, Task, Work, World
from tests.journeys.city import City
from tests.journeys.forms import PageForm
from tests.journeys.ports import free_port
from village_hub.kernel import signals
from village_hub.kernel.doorbell import EVENTS, JOBS
from village_hub.kernel.jobs import RING_AGAIN, Job, JobState, Timer

#: Workers, or connections, that may follow each other until nothing is left to do.
MOST = 12
#: Until somebody has noticed that a process was killed: by then a job that was rung is rung again.
NOTICED = timedelta(seconds=RING_AGAIN + 1)

Got = TypeVar("Got")


@dataclass(frozen=True)
class Memory:
    """What the world outside the installation knows at a moment."""

    now: datetime
    processes: int = 0
    rings: tuple[str, ...] = ()
    cookies: dict[UUID, dict[str, str]] = field(default_factory=dict)
    heard: Heard = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What every performance of one flow has in common."""

    state: State
    start: Snapshot
    memory: Memory
    nursery: Nursery
    city: City
    given: Any
    tokens: dict[UUID, str]
    known: frozenset[str]
    teller: Teller
    secret: str
    mailer_is_idempotent: bool
    broken: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that a flow asked: what it got, and for a process what was there before and where it can be killed."""

    got: Any
    before: Snapshot | None = None
    memory: Memory | None = None
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kill:
    """The process of which entry is killed, and at which of its moments."""

    entry: int
    point: int


class Enough(BaseException):
    """The performance has shown what it was for."""


class Stage:
    """One performance of a flow. With a `kill` it begins in the middle, with what the `rehearsal` had got so far."""

    def __init__(
        self,
        scene: Scene,
        *,
        rehearsal: list[Entry] | None = None,
        kill: Kill | None = None,
        is_reversed: bool = False,
        goes_on: bool = False,
    ) -> None:
        self.city, self.given = scene.city, scene.given
        self.journal: list[Entry] = []
        self.answers: list[list[tuple[int, str]]] = []
        self.quiet: list[Quiet] = []
        self.killed: Life | None = None
        self.has_company = False
        self._scene, self._rehearsal, self._kill = scene, rehearsal or [], kill
        self._is_reversed, self._goes_on = is_reversed, goes_on
        self._memory, self._is_quiet = scene.memory, False

    @property
    def kills(self) -> bool:
        """Whether a process is killed in this performance."""
        return self._kill is not None

    @property
    def memory(self) -> Memory:
        """What the world outside the installation knows now."""
        return self._memory

    def see(self, person: UUID, page: str) -> Answer:
        """Somebody opens a page, again where nobody answers; it must be there."""
        answer: Answer = self._until_answered([partial(self._request, person, "GET", page)])[0]
        assert answer.status == 200, (page, answer.status)
        self._keep_cookies(person, answer)
        return answer

    def press(self, person: UUID, page: str, action: str, **values: str | list[str] | tuple[str, bytes]) -> Answer:
        """Somebody fills in the form of a page that leads to `action` and sends it; a file is a name and its bytes."""
        return self.send(person, self.see(person, page).form(action), **values)

    def send(self, person: UUID, form: PageForm, **values: str | list[str] | tuple[str, bytes]) -> Answer:
        """Somebody sends a form that was read before, the very same again where nobody answers."""
        return self._send([partial(self._post, person, form, values)], [person])[0]

    def press_at_once(self, *presses: tuple[UUID, str, str]) -> list[Answer]:
        """Several people, each with a page and an action, press at the same moment.

        Either may be the first; when one is killed the others go on before it comes back.
        """
        self.has_company = True
        ready = [(person, self.see(person, page).form(action)) for person, page, action in presses]
        ordered = ready[::-1] if self._is_reversed else ready
        sending = [partial(self._post, person, form, {}) for person, form in ordered]
        return self._send(sending, [person for person, _ in ordered])

    def work(self) -> None:
        """Workers carry out what is due, one after the other where they die, until it is half past some minute.

        A crash costs seconds, and a minute has enough of them: whatever happened, it is then the same time.
        """
        until = half_past(self._memory.now)
        for _ in range(MOST):
            self._process(Work)
            moment = self._asked(partial(next_moment, self._scene.state, self._memory.now, until))
            if moment is None:
                break
            self._pass_time(moment - self._memory.now)
            if self._memory.now > until:
                until = half_past(self._memory.now)
        else:
            raise AssertionError("the workers find no end")
        self._pass_time(until - self._memory.now)
        self._look()

    def listen(self, person: UUID, *streams: str) -> None:
        """Somebody's page hears these streams until it has caught up, and comes back with its positions if cut off."""
        heads = self._asked(partial(self._heads, streams))
        for _ in range(MOST):
            port = free_port()
            cookies = self._cookies(person)
            heard: Heard = {stream: self._memory.heard.get(stream, ()) for stream in streams}
            hearing = partial(hear, port, cookies, heard, heads)
            life, heard_now = self._process(partial(Live, port), hearing)
            self._memory = replace(self._memory, heard=self._memory.heard | heard_now)
            if all(len(heard_now[stream]) >= heads[stream] for stream in streams):
                return
            if heard_now == heard and not life.was_killed:
                break
        raise AssertionError(f"nobody heard everything of {streams}")

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """The operator gives a command (a function of the database), again where it was killed."""
        return self._until_answered([partial(Call, function, given)])[0]

    def find(self, query: Select[Any]) -> Any:
        """The one thing that a query finds; at its end a flow can say so what it was for."""
        return self._asked(partial(self._one, query))

    def wait_for(self, timer: type[Timer]) -> None:
        """Let time pass until all timers of a kind that are set now are due; nobody is killed meanwhile.

        The next one alone would not do: a crash moves some of them by seconds, so that others could come between.
        """
        waiting = sa.select(sa.func.max(Job.run_at)).where(Job.actor == timer.type, Job.state == JobState.WAITING)
        self._pass_time(self.find(waiting) - self._memory.now)
        self._asked(lambda: skip_rounds(self._scene.state.database, self._memory.now))

    def end(self) -> None:
        """Look at what is there, unless that was the last thing the flow did."""
        if not self._is_quiet:
            self.work()

    def _send(self, posts: Sequence[Callable[[], Task]], people: list[UUID]) -> list[Answer]:
        answers = self._until_answered(posts)
        for person, answer in zip(people, answers, strict=True):
            assert answer.status < 500, (answer.path, answer.status)
            self._keep_cookies(person, answer)
        known = self._scene.known
        self.answers.append(sorted((each.status, each.location_in_words(known)) for each in answers))
        return answers

    def _until_answered(self, tasks: Sequence[Callable[[], Task]]) -> list[Any]:
        """Whoever is killed comes back after the others."""
        lives = [self._process(task)[0] for task in tasks]
        return [
            self._process(task)[0].returned if life.was_killed else life.returned
            for task, life in zip(tasks, lives, strict=True)
        ]

    def _request(self, person: UUID, method: str, path: str) -> Request:
        return Request(method, path, self._cookies(person))

    def _post(self, person: UUID, form: PageForm, values: dict[str, Any]) -> Request:
        files = {name: value for name, value in values.items() if isinstance(value, tuple)}
        fields = {name: value for name, value in values.items() if name not in files}
        return Request("POST", form.action, self._cookies(person), form.filled(**fields), files)

    def _cookies(self, person: UUID) -> dict[str, str]:
        token = self._scene.tokens.get(person)
        return self._memory.cookies.get(person, {"village": token} if token else {})

    def _keep_cookies(self, person: UUID, answer: Answer) -> None:
        self._memory = replace(self._memory, cookies=self._memory.cookies | {person: answer.cookies})

    def _process(self, make: Callable[[], Task], meanwhile: Callable[[], Any] = lambda: None) -> tuple[Life, Any]:
        """Raise a process, and do something while it lives; the fatal one is killed."""
        self._memory, self._is_quiet = replace(self._memory, processes=self._memory.processes + 1), False
        number = len(self.journal)
        if self._kill is None:
            return self._rehearse(make(), meanwhile)
        if number < self._kill.entry:
            return self._asked(_unplayed)
        fatal = None
        if number == self._kill.entry:
            before = self._rehearsal[number]
            assert before.before
            assert before.memory
            self._scene.state.restore(before.before)
            self._memory, fatal = before.memory, self._kill.point
        life, got = self._raise(make(), fatal, meanwhile)
        self.journal.append(Entry((life, got)))
        if fatal is not None:
            self.killed = life
            self._pass_time(NOTICED)
        return life, got

    def _rehearse(self, task: Task, meanwhile: Callable[[], Any]) -> tuple[Life, Any]:
        """Do it undisturbed, and keep how to come back to the moment before."""
        state, memory = self._scene.state, self._memory
        before = state.save()
        if not isinstance(task, Live):
            self._scene.nursery.rehearse(task, self._world())
            state.restore(before)
        life, got = self._raise(task, None, meanwhile)
        self.journal.append(Entry((life, got), before, memory, tuple(life.points)))
        return life, got

    def _raise(self, task: Task, fatal: int | None, meanwhile: Callable[[], Any]) -> tuple[Life, Any]:
        nursery, broken = self._scene.nursery, self._scene.broken
        if self.kills and fatal is None and not (self._goes_on or broken or isinstance(task, Live)):
            nursery.begin_warm(task, self._world())
        else:
            nursery.begin(task, self._world(), fatal=fatal, broken=broken)
        try:
            got = meanwhile()
        finally:
            life = nursery.end()
        heard_before = () if isinstance(task, Work) else self._memory.rings
        self._memory = replace(self._memory, rings=(*heard_before, *life.rings))
        return life, got

    def _world(self) -> World:
        scene, memory = self._scene, self._memory
        return World(
            url=scene.state.url,
            home=scene.state.home,
            now=memory.now,
            number=memory.processes,
            secret=scene.secret,
            mailer_is_idempotent=scene.mailer_is_idempotent,
            is_rung=bool({EVENTS, JOBS} & set(memory.rings)),
        )

    def _asked(self, ask: Callable[[], Got]) -> Got:
        """What the flow gets: in a part that was rehearsed the same as then."""
        number = len(self.journal)
        is_over = self._kill is not None and number < self._kill.entry
        got: Got = self._rehearsal[number].got if is_over else ask()
        self.journal.append(Entry(got))
        return got

    def _look(self) -> None:
        scene, memory = self._scene, self._memory
        is_new = self._kill is None or len(self.journal) > self._kill.entry
        seen = partial(
            look, scene.state, scene.teller, scene.known, memory.now, memory.heard, scene.mailer_is_idempotent
        )
        self.quiet.append(self._asked(seen))
        self._is_quiet = True
        if self._kill and is_new and not self._goes_on:
            raise Enough

    def _pass_time(self, time: timedelta) -> None:
        self._memory = replace(self._memory, now=self._memory.now + time)

    def _one(self, query: Select[Any]) -> Any:
        with self._scene.state.database.read_session() as session:
            found = session.scalars(query).all()
        assert len(found) == 1, f"{len(found)} rows: {query}"
        return found[0]

    def _heads(self, streams: tuple[str, ...]) -> dict[str, int]:
        with self._scene.state.database.read_session() as session:
            return signals.heads(session, streams)


def _unplayed() -> tuple[Life, Any]:
    raise LookupError("the rehearsal has no process here")
