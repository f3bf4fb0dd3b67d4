"""A village in full swing: the whole installation, neighbours who sign up and give back, and pages that listen.

Every neighbour looks after each answer whether what was acknowledged is there. Every page keeps each number that it
was told, and comes back with its position when its socket is closed.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from tests.factories.activities import an_activity
from tests.journeys.city import City
from tests.journeys.installation import SERVE, WORK, Installation, Scaled, Up, _answering
from tests.journeys.outcome import everything_is_done
from tests.journeys.visitor import Visitor
from tests.journeys.waiting import within
from tests.live.clients import RawClient
from village_hub.activities.models import Enrolment
from village_hub.doctor import INVARIANTS
from village_hub.kernel import signals
from village_hub.kernel.invariant import broken
from village_hub.kernel.settings import Settings
from village_hub.supervisor import _valkey

ACTIVE = ("seated", "waiting")


@dataclass
class Page:
    """A page that listens to an activity; away it hears nothing, and forgetful it comes back without its position."""

    port: int
    stream: str
    is_away: bool = False
    is_forgetful: bool = False
    told: list[int] = field(default_factory=list)
    came_back: int = 0

    @property
    def position(self) -> int:
        return self.told[-1] if self.told else 0

    def listen(self, ended: threading.Event) -> None:
        """Hear what there is to hear, and come back whenever the line is cut."""
        while not ended.is_set():
            if self.is_away:
                ended.wait(0.05)
                continue
            try:
                client = RawClient(self.port).enter()
                position = None if self.is_forgetful else self.position
                client.subscribe(**{self.stream.replace(":", "_"): position})
                self._hear(client, ended)
            except (OSError, AssertionError):
                self.came_back += 1
                ended.wait(0.2)

    def _hear(self, client: RawClient, ended: threading.Event) -> None:
        while not ended.is_set() and not self.is_away:
            try:
                name, content = client.event(0.5)
            except TimeoutError:
                continue
            self.told += [each["seq"] for each in content["signals"]] if name == "signals" else [-1]
        client.close()


@dataclass
class Neighbour:
    """Somebody who signs up for an activity and gives the seat back, again and again."""

    village: Village
    person: UUID
    failed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def act(self, ended: threading.Event) -> None:
        visitor = Visitor(self.village.installation, self.village.city.token(self.person))
        while not ended.is_set():
            for action, seats in (("/enrolments", 1), ("/enrolments/end", 0)):
                try:
                    form = visitor.form(f"/activities/{self.village.activity}", action)
                    begun = time.monotonic()
                    visitor.send(form)
                    self.seconds.append(time.monotonic() - begun)
                    assert self._seats() == seats, f"{action} was acknowledged, and there are {self._seats()} seats"
                except Exception as error:
                    self.failed.append(repr(error))
                ended.wait(0.1)

    def _seats(self) -> int:
        mine = sa.select(sa.func.count()).where(
            Enrolment.person_id == self.person,
            Enrolment.activity_id == self.village.activity,
            Enrolment.state.in_(ACTIVE),
        )
        with self.village.city.database.read_session() as session:
            return session.scalar(mine) or 0


class Village:
    """An installation with an activity that everybody wants to be part of."""

    def __init__(self, installation: Installation, city: City) -> None:
        self.installation, self.city = installation, city
        with city.database.write_session() as session:
            self.activity = an_activity(session, city.village, city.manager, seats=len(city.neighbours) - 1)
        self.stream = f"activity:{self.activity}"
        self.neighbours = [Neighbour(self, each) for each in city.neighbours[:4]]
        self.pages: list[Page] = []

    def head(self) -> int:
        """The number of the last signal."""
        with self.city.database.read_session() as session:
            return signals.heads(session, [self.stream])[self.stream]

    def seconds_until_caught_up(self) -> float:
        """How long it takes from now until every page has been told what is true now, and all jobs of it are done."""
        begun, head = time.monotonic(), self.head()
        assert within(60, lambda: all(page.position >= head for page in self.pages))
        return time.monotonic() - begun

    @contextmanager
    def in_full_swing(
        self, pages: int, *, patience: float = 60, when_still: Callable[[], None] = lambda: None
    ) -> Iterator[None]:
        """Neighbours act and pages listen while the block runs; then everything has so long to come to rest."""
        self.pages = [Page(self.installation.port, self.stream) for _ in range(pages)]
        with ExitStack() as stack:
            stack.enter_context(_threads([page.listen for page in self.pages]))
            with _threads([each.act for each in self.neighbours]):
                yield
            when_still()
            self.is_done = within(patience, lambda: everything_is_done(self.city.database))
            head = self.head()
            self.has_caught_up = within(patience, lambda: all(page.position >= head for page in self.pages))

    def wrong(self) -> list[object]:
        """Whatever failed, was missed or is broken."""
        failed = [words for each in self.neighbours for words in each.failed]
        whole = list(range(1, self.head() + 1))
        missed = [page.told for page in self.pages if page.told != whole]
        with self.city.database.read_session() as session:
            breaches = [each.as_json() for each in broken(session, INVARIANTS, now=self.city.database.clock.now())]
        return [*failed, *missed, *breaches, *([] if self.is_done else ["something was left undone"])]

    def acts_on(self, actions: int) -> None:
        """Wait until so many more actions were done."""
        known = len(self.actions())
        assert within(60, lambda: len(self.actions()) >= known + actions), "nobody acts any more"

    def actions(self) -> list[float]:
        """How many seconds each action took."""
        return sorted(seconds for each in self.neighbours for seconds in each.seconds)


def tell(installation: Installation, name: str, number: signal.Signals) -> int:
    """Send a signal to one of the processes; returns its id."""
    process = installation.processes()[name]
    os.kill(process, number)
    return process


@contextmanager
def village(url: str, home: Path, city: City, serve: list[str] | None = None) -> Iterator[Village]:
    """`village-hub up` on SQLite; on PostgreSQL, or with a web process of one's own, each process by itself."""
    home.mkdir(parents=True, exist_ok=True)
    if url.startswith("sqlite") and serve is None:
        installation: Installation = Up(home, DATABASE_URL=url)
    else:
        settings = Settings(home=home)
        commands = {"valkey": _valkey(settings), "web": serve or SERVE, "worker": WORK}
        installation = Scaled(home, commands, DATABASE_URL=url, REDIS_URL=settings.redis)
    with _answering(installation):
        assert within(30, lambda: len(installation.processes()) == 3)
        yield Village(installation, city)


@contextmanager
def _threads(bodies: list[Callable[[threading.Event], None]]) -> Iterator[None]:
    ended = threading.Event()
    threads = [threading.Thread(target=body, args=(ended,), daemon=True) for body in bodies]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        ended.set()
        for each in threads:
            each.join(60)
