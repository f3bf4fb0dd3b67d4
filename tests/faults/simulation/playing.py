"""One step after another: a number decides who does what, what the broker loses, and where something dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from tests.faults.simulation.forms.every import FORMS
from tests.faults.simulation.forms.form import run_again
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import Chance, Difference, History
from tests.faults.simulation.processes import MoodyMailer
from tests.faults.simulation.settling import FAILED, settle
from tests.faults.simulation.stages import STAGES
from tests.faults.simulation.world import World
from village_hub.kernel.jobs import MAX_CRASHES, RING_AGAIN, Job, JobState
from village_hub.notifications.events import LetterDue
from workers.actor import LEASE

KINDS = {"form": 50, "work": 24, "go on": 10, "time": 12, "again": 4, "operator": 3}
PAUSES = {
    timedelta(seconds=3): 3,
    timedelta(seconds=9): 3,
    timedelta(minutes=1): 4,
    timedelta(minutes=20): 2,
    timedelta(hours=7): 2,
    timedelta(days=1, hours=3): 1,
    timedelta(days=3): 1,
}
#: Moments at which a worker stands still, mostly with a lease in its hands: the fourth and the fifth.
PAUSED_AT = (2, 4, 4, 4, 5, 5, 5, 5, 8, 9, 10)
#: The moment at which a worker has just taken a job.
LEASED = 4
#: A form's key is kept for two days; nobody taps twice after longer than one.
A_DAY = timedelta(days=1)
NEXT_TIMER = sa.select(sa.func.min(Job.run_at)).where(Job.state == JobState.WAITING)


@dataclass(frozen=True)
class Outcome:
    """What a history left behind."""

    story: tuple[str, ...]
    digest: str
    counts: Counter[str]


@contextmanager
def stage(ground: Ground, name: str) -> Iterator[Callable[[History], Outcome]]:
    """Build a stage once; what is yielded plays histories on it, each undone afterwards."""
    ground.swept()
    with ground.undone():
        prelude = STAGES[name](ground)

        def play(history: History) -> Outcome:
            assert history.stage == name
            with ground.undone():
                return _play(prelude.again(history.ids), history)

        yield play


def _play(world: World, history: History) -> Outcome:
    try:
        for number in history.steps:
            _step(world, Chance(number))
        world.tell("everything calms down")
        settle(world)
    except Exception as error:
        words = f"{error}" if isinstance(error, Difference) else f"{type(error).__name__}: {error}"
        told = "\n".join([f"history {history}", *world.story, f"✗ {words}"])
        raise Difference(told) from error
    finally:
        world.processes.end()
    counts = world.counts + world.processes.counts + world.mailer.counts + world.broker.counts
    return Outcome(tuple(world.story), world.digest(), counts)


def _step(world: World, chance: Chance) -> None:
    world.counts["steps"] += 1
    kind = chance.weighted(KINDS)
    if kind == "form" and _send(world, chance):
        return
    if kind == "again" and _send_again(world, chance):
        return
    if kind == "go on" and _go_on(world, chance):
        return
    if kind == "operator" and (failed := world.ground.connection.scalars(FAILED).all()):
        world.send(run_again(chance.pick(failed)))
        return
    if kind == "time":
        _wait(world, chance)
        return
    _work(world, chance)


def _send(world: World, chance: Chance) -> bool:
    drawn = (chance.weighted(FORMS)(world, chance) for _ in range(3))
    form = next(filter(None, drawn), None)
    if form is None:
        return False
    world.send(form, kill_at=1 + chance.below(4) if chance.percent(7) else 0)
    return True


def _send_again(world: World, chance: Chance) -> bool:
    """A form is sent again, by a double tap or after an answer that never came; or its key with other words."""
    lately = [each for each in world.sent[-5:] if world.clock.now() - each.at < A_DAY]
    if not lately:
        return False
    sent = chance.pick(lately)
    words = f"{sent.form.words}, in other words" if chance.percent(20) else sent.form.words
    world.send(replace(sent.form, words=words), key=sent.key)
    return True


def _go_on(world: World, chance: Chance) -> bool:
    """Somebody who stood still for a while does not know it."""
    if not world.processes.paused:
        return False
    run = chance.pick(world.processes.paused)
    if chance.percent(50):
        _take_over(world, next(name for name in sorted(world.series) if name != run.process))
    run.pause_at = run.moments + 1 + chance.below(3) if chance.percent(20) else 0
    run.kill_at = run.moments + 1 + chance.below(3) if chance.percent(10) else 0
    world.go(run, "goes on")
    return True


def _take_over(world: World, worker: str) -> None:
    """Somebody stood still for longer than a lease, and another worker does everything in the meantime."""
    world.clock.advance(timedelta(seconds=LEASE + RING_AGAIN))
    world.relay(worker)
    for job_id in world.broker.messages:
        world.carry_out(worker, job_id)
    world.broker.messages.clear()


def _work(world: World, chance: Chance) -> None:
    """A worker looks, and some of the messages arrive: in no order, some twice, some never."""
    worker, broker = chance.pick(sorted(world.series)), world.broker
    if chance.percent(90) or not broker.messages:
        world.relay(worker, kill_at=1 + chance.below(14) if chance.percent(8) else 0)
    for _ in range(1 + chance.below(7)):
        if not broker.messages:
            return
        job_id = broker.messages.pop(chance.below(len(broker.messages)))
        if chance.percent(5):
            broker.counts["message lost"] += 1
            continue
        if chance.percent(2):
            _poison(world, job_id)
            continue
        if chance.percent(8):
            broker.counts["message doubled"] += 1
            broker.messages.append(job_id)
        world.mailer.mood = chance.weighted(MoodyMailer.MOODS)
        is_letter = world.job_name(job_id) == LetterDue.type
        kill_at = 1 + chance.below(11) if chance.percent(30 if is_letter else 10) else 0
        pause_at = chance.pick(PAUSED_AT) if chance.percent(14) else 0
        world.carry_out(chance.pick(sorted(world.series)), job_id, kill_at=kill_at, pause_at=pause_at)


def _poison(world: World, job_id: UUID) -> None:
    """A job that takes its worker down again and again is put aside, until the operator runs it once more."""
    if world.carry_out("worker 1", job_id, kill_at=LEASED) != "killed":
        return
    world.clock.advance(timedelta(seconds=LEASE + 1))
    for _ in range(MAX_CRASHES - 1):
        world.carry_out("worker 1", job_id, kill_at=LEASED + 1, is_poison=True)


def _wait(world: World, chance: Chance) -> None:
    """Time passes: a little, a lot, or just until the next timer."""
    world.counts["time passes"] += 1
    at = world.ground.connection.scalar(NEXT_TIMER)
    if at is not None and at > world.clock.now() and chance.percent(40):
        world.clock.moment = at + timedelta(seconds=chance.below(3))
    else:
        world.clock.advance(chance.weighted(PAUSES))
    world.tell("…")
