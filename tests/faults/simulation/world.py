"""A city under way: people send forms, workers work and die, time passes, and each step is compared with the oracle."""

from __future__ import annotations

from collections import Counter
from copy import copy, deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tests.faults.simulation.byitself import adopt
from tests.faults.simulation.comparing import compare
from tests.faults.simulation.forms.form import Form
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import Chance, Difference
from tests.faults.simulation.oracle import Oracle, Refused
from tests.faults.simulation.pages import Pages
from tests.faults.simulation.processes import LossyBroker, LossyDoorbell, MoodyMailer, Processes, Run, SimulatedTrial
from tests.faults.simulation.seen import Rows
from village_hub.kernel import idempotency
from village_hub.kernel.errors import DomainError
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.jobs import Job
from workers import relay, running, timers
from workers.actor import Ports

TICK = timedelta(milliseconds=1)
#: Identifiers of histories are never those of the stages.
FIRST_IDS = 1_000_000
ACTOR = sa.select(Job.actor).where(Job.id == sa.bindparam("the_job"))


@dataclass(frozen=True)
class Sent:
    """A form that somebody sent, and whether it was done."""

    key: str
    form: Form
    done: bool
    at: datetime


class World:
    """Everything that a history needs: the real code, its ports, the oracle, and the story so far."""

    def __init__(self, ground: Ground, *, asks_automatically: bool, at_once: int, minimum: int) -> None:
        self.ground, self.clock, self.database = ground, ground.clock, ground.database
        self.asks_automatically, self.at_once, self.minimum = asks_automatically, at_once, minimum
        self.people = ground.people(asks_automatically=asks_automatically, at_once=at_once, minimum=minimum)
        self.oracle, self.pages = Oracle(), Pages(self.people)
        self.names = dict(self.people.names)
        self.history = -1
        self.sent: list[Sent] = []
        self.arrived: Counter[str] = Counter()
        self.seen: dict[str, Rows] = ground.reader.look()
        self._begin()

    def again(self, ids: int) -> World:
        """The same stage for a history of its own, whose identifiers come from a seed of their own."""
        twin = copy(self)
        twin.oracle, twin.arrived = deepcopy(self.oracle), Counter(self.arrived)
        twin.names, twin.sent, twin.history = dict(self.names), [], ids
        twin._begin()
        self.database.ids = SeededIds(FIRST_IDS + ids)
        return twin

    def _begin(self) -> None:
        processes = self.processes = self.database.processes = Processes()
        self.broker, self.doorbell = LossyBroker(processes), LossyDoorbell(processes)
        self.mailer = MoodyMailer(processes, self.arrived)
        self.database.doorbell = self.doorbell
        self.ports = Ports(self.ground.app, self.database, self.mailer)
        self.series = {name: timers.Series() for name in ("worker 1", "worker 2")}
        self.story: list[str] = []
        self.counts: Counter[str] = Counter()
        self.heard = self.head_of_board()
        self._jobs: dict[UUID, str] = {}

    def send(self, form: Form, *, kill_at: int = 0, key: str = "") -> None:
        """Somebody sends a form; the web process may die, and what was committed counts."""
        self.clock.advance(TICK)
        key = key or f"{self.history}, form {len(self.sent)}"
        was_done = any(each.done and each.key == key and each.form.words == form.words for each in self.sent)
        done: dict[str, Any] = {}
        now = self.clock.now()

        def work() -> None:
            with self.database.write_session() as session:
                idempotency.claim(session, key, sha256(form.words.encode()).hexdigest(), now=now)
                done["value"] = form.act(session, now)
                idempotency.answer(session, key, form.words)
            done["committed"] = True

        run = Run("web", work, kill_at=kill_at)
        try:
            survived = self.processes.here(run, work)
        except idempotency.KeyUsedForAnotherForm:
            if not any(each.done and each.key == key and each.form.words != form.words for each in self.sent):
                raise Difference(f"{form.words}: the key is said to be used for another form") from None
            self.counts["key used for another form"] += 1
            return
        except idempotency.AlreadyAnswered as before:
            self._answered_before(form, key, before.location)
            return
        except DomainError as refused:
            if was_done:
                raise Difference(f"{form.words}: sent twice, answered differently") from refused
            self._refused(form, key, type(refused).__name__, now)
            return
        committed = survived or run.at in ("before the ring", "after the commit")
        if committed and was_done:
            raise Difference(f"{form.words}: sent twice, done twice")
        self._note(form, key, committed, "" if survived else f"; the web process dies {run.at}", now)
        self.counts[form.name] += committed
        if committed:
            try:
                form.say(done["value"], now)
            except Refused as refused:
                raise Difference(f"accepted, but {refused} was to be expected") from None
        self.look()

    def relay(self, worker: str, *, kill_at: int = 0) -> str:
        """What a worker does whenever the doorbell rings, or after two seconds without a ring."""

        def work() -> None:
            while relay.relay(self.database):
                continue
            self.series[worker].go_on(self.database)
            timers.sweep(self.database, self.broker.send)

        return self.go(Run(worker, work, kill_at=kill_at), "looks for work")

    def carry_out(
        self, worker: str, job_id: UUID, *, kill_at: int = 0, pause_at: int = 0, is_poison: bool = False
    ) -> str:
        """What a worker does with a message; poison kills whoever carries it out, anything else the whole worker."""
        name = self.job_name(job_id)
        carry_out = partial(running.carry_out, self.database, ports=self.ports)
        trial = SimulatedTrial(carry_out, is_poison=is_poison)
        work = partial(running.run, self.database, job_id, self.ports, trial)  # type: ignore[arg-type]
        run = Run(worker, work, kill_at=kill_at, pause_at=pause_at)
        return self.go(run, f"carries out {name}")

    def go(self, run: Run, words: str) -> str:
        """Let a worker begin or go on, and look at what came of it."""
        self.clock.advance(TICK)
        outcome = self.processes.go(run)
        self.counts[f"worker {outcome}"] += 1
        where = f", {outcome} {run.at}" if outcome != "done" else ""
        self.tell(f"{run.process} {words}{where}")
        if outcome == "killed":
            self.series[run.process] = timers.Series()
        self.look()
        return outcome

    def look(self) -> None:
        """Read what was written, judge what happened by itself, and compare everything."""
        if failures := self.ground.failures.seen:
            raise Difference(f"a job failed, and not for a reason of the world's: {failures[0]!r}") from failures[0]
        before, self.seen = self.seen, self.ground.reader.look()
        if before is self.seen:
            return
        limits = {"minimum": self.minimum, "at_once": self.at_once}
        for words in adopt(self.oracle, before, self.seen, now=self.clock.now(), **limits):
            self.tell(f"  → {words}")
            self.counts[words.lstrip("0123456789 ")] += 1
        self.oracle.note(self.clock.now())
        compare(self.oracle, self.seen)
        self.pages.look(before, self.seen)
        for kind in ("requests", "proposals", "invitations", "enrolments", "sessions", "activities", "deliveries"):
            states = {each.state for each in self.seen[kind].values()}
            self.counts.update(f"{kind}: {state}" for state in states)

    def tell(self, words: str) -> None:
        self.story.append(f"{self.clock_words(self.clock.now())}  {words}")

    def called(self, thing: UUID) -> str:
        """The name of a person or thing in the story."""
        if thing not in self.names:
            kind = next((each for each in ("request", "invitation", "session") if thing in self.seen[f"{each}s"]), "")
            kind = kind or ("activity" if thing in self.seen["activities"] else "proposal")
            number = sum(each.startswith(f"{kind} ") for each in self.names.values()) + 1
            self.names[thing] = f"{kind} {number}"
        return self.names[thing]

    def clock_words(self, moment: datetime) -> str:
        return f"{moment:%a %d %H:%M:%S}"

    def job_name(self, job_id: UUID) -> str:
        """What a job is for."""
        if job_id not in self._jobs:
            self._jobs[job_id] = str(self.ground.connection.scalar(ACTOR, {"the_job": job_id}))
        return self._jobs[job_id]

    def head_of_board(self) -> int:
        """How far the manager's board has heard."""
        row = self.seen["heads"].get(f"board:{self.people.village}")
        return row.seq if row else 0

    def at_the_desk(self, chance: Chance) -> Any:
        """Mostly the session whose desk is open now, sometimes any other."""
        now, early = self.clock.now(), timedelta(minutes=30)
        held = list(self.seen["sessions"].values())
        open_now = [each for each in held if each.starts_at - early <= now <= each.ends_at + timedelta(days=2)]
        found = held if chance.percent(8) or not open_now else open_now
        return chance.pick(found) if found and (open_now or chance.percent(15)) else None

    def digest(self) -> str:
        """What tells two histories apart: their stories and everything that they left behind."""
        left = {name: list(rows.values()) for name, rows in sorted(self.seen.items())}
        return sha256(repr((self.story, left)).encode()).hexdigest()

    def _answered_before(self, form: Form, key: str, location: str | None) -> None:
        known = any(each.done and each.key == key for each in self.sent)
        if not known or location != form.words:
            raise Difference(f"{form.words}: answered as if sent before, with {location}")
        self.counts["answered as before"] += 1
        self._note(form, key, True, "; it was done before", self.clock.now())
        self.look()

    def _refused(self, form: Form, key: str, name: str, now: datetime) -> None:
        self._note(form, key, False, f"; refused: {name}", now)
        self.counts[f"refused {name}"] += 1
        try:
            form.say(None, now)
        except Refused as expected:
            if name not in expected.args:
                raise Difference(f"refused with {name}, but {expected} was to be expected") from None
        else:
            raise Difference(f"refused with {name}, but nothing speaks against it")
        self.look()

    def _note(self, form: Form, key: str, committed: bool, more: str, now: datetime) -> None:
        self.sent.append(Sent(key, form, committed, now))
        self.tell(f"{form.words}{more}")
