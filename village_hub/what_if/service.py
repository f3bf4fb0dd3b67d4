"""Trying other rules on the past, and writing down how fair each match run was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import engine
from village_hub.what_if import errors, queries
from village_hub.what_if.engine import fairness
from village_hub.what_if.engine.fairness import Asking, Measured
from village_hub.what_if.engine.past import Past
from village_hub.what_if.engine.replay import replay, run_days
from village_hub.what_if.events import WhatIfAsked, WhatIfCancelled, WhatIfFinished
from village_hub.what_if.models import Fairness, State, WhatIf

#: Days that are replayed at once at most: two years.
LONGEST = 731
#: Of so many runs the requests behind each share are kept.
KEPT_ROWS = 20
#: What improving the plan without fairness may take.
MEASURING = timedelta(seconds=5)
OPEN = (State.WAITING, State.RUNNING)
#: Served in truth.
FOUND = ("scheduled", "done")


class Overtaken(Exception):
    """Another worker reckons by now, or nobody wants the figures any more."""


def ask(
    session: Session, *, since: date, until: date, rules: Mapping[str, float], by: UUID | None, now: datetime
) -> UUID:
    """Somebody wants to know what other rules would have meant; a worker reckons and the page shows how far it is."""
    check(session, since, until, rules, now=now)
    what_if_id = new_id(session)
    session.add(
        WhatIf(
            id=what_if_id,
            since=since,
            until=until,
            rules=dict(rules),
            state=State.WAITING,
            total=runs(since, until),
            asked_by=by,
            asked_at=now,
        )
    )
    session.flush()
    record(session, WhatIfAsked(what_if_id), now=now, by=by)
    _tell(session, what_if_id)
    return what_if_id


def cancel(session: Session, what_if_id: UUID, *, by: UUID, now: datetime) -> None:
    """Nobody waits for it any more; whoever reckons stops after the run they are at."""
    if queries.what_if(session, what_if_id) is None:
        raise errors.NoSuchWhatIf
    if not _move(session, what_if_id, OPEN, state=State.CANCELLED, finished_at=now):
        raise errors.AlreadyOver
    record(session, WhatIfCancelled(what_if_id), now=now, by=by)
    _tell(session, what_if_id)


def begin(session: Session, what_if_id: UUID) -> queries.WhatIfFacts | None:
    """A worker begins to reckon, from the first run on; None where nobody wants it any more."""
    begun = update(WhatIf).where(WhatIf.id == what_if_id, WhatIf.state.in_(OPEN))
    begun = begun.values(state=State.RUNNING, attempt=WhatIf.attempt + 1, done=0)
    if session.execute(begun.execution_options(synchronize_session=False)).rowcount == 0:  # type: ignore[attr-defined]
        return None
    _tell(session, what_if_id)
    return queries.what_if(session, what_if_id)


def note_progress(session: Session, what_if_id: UUID, attempt: int, done: int) -> None:
    """So many runs are reckoned; raises Overtaken where nobody waits for this attempt any more."""
    if not _move(session, what_if_id, [State.RUNNING], attempt=attempt, done=done):
        raise Overtaken
    _tell(session, what_if_id)


def finish(
    session: Session, what_if_id: UUID, attempt: int, compared: queries.Compared | None, *, now: datetime
) -> None:
    """The figures are there, unless somebody has cancelled meanwhile."""
    if compared is None:
        return
    figures = {"figures": compared.as_json(), "state": State.DONE, "finished_at": now}
    if _move(session, what_if_id, [State.RUNNING], attempt=attempt, **figures):
        record(session, WhatIfFinished(what_if_id), now=now)
        _tell(session, what_if_id)


def measure(
    problem: engine.Problem, plan: engine.Plan, asking: Sequence[Asking], clock: Callable[[], datetime]
) -> Measured:
    """How fair a run is; those whom it has found a lecture for wait no longer than a moment for the answer."""
    until = clock() + MEASURING
    return fairness.measure(problem, plan, asking, queries.GROUPS, lambda: clock() <= until)


def keep_fairness(session: Session, run_id: UUID, measured: Measured, *, now: datetime) -> None:
    """Write down how fair a match run was; the requests behind it are kept for the newest runs only."""
    session.add(Fairness(run_id=run_id, measured_at=now, rows=measured.rows_as_json(), **measured.figures()))
    session.flush()
    newest = select(Fairness.run_id).order_by(Fairness.measured_at.desc(), Fairness.run_id.desc()).limit(KEPT_ROWS)
    older = (Fairness.rows.is_not(None), Fairness.run_id.not_in(newest.scalar_subquery()))
    session.execute(update(Fairness).where(*older).values(rows=None).execution_options(synchronize_session=False))
    emit(session, "fairness", "fairness.measured")


def check(session: Session, since: date, until: date, rules: Mapping[str, float], *, now: datetime) -> None:
    """Refuse what cannot be reckoned: days that are still to come, and rules that contradict each other."""
    if queries.first_day(session) is None:
        raise errors.NothingRecorded
    if until < since:
        raise errors.PeriodUpsideDown
    if until > queries.today(session, now):
        raise errors.PeriodNotOver
    if (until - since).days > LONGEST:
        raise errors.PeriodTooLong(days=LONGEST)
    if not rules:
        raise errors.NothingChanged
    for name, value in rules.items():
        queries.DIALS[name].check(value)
    for first, in_force in learning_requests.rulebook(session):
        if first <= until:
            queries.changed(in_force, rules)


def runs(since: date, until: date) -> int:
    """How many match runs both replays have."""
    return 2 * len(run_days(since, until))


def reckon(
    past: Past,
    since: date,
    until: date,
    rules: Mapping[str, float],
    say: Callable[[int], object] = lambda _done: None,
) -> queries.Compared:
    """Both replays, that of the rules in force first; pure arithmetic, for a worker or a command."""
    half = len(run_days(since, until))
    in_force = replay(past, since, until, lambda found: found, say)
    changed = replay(past, since, until, partial(queries.changed, changes=rules), lambda done: say(half + done))
    found = sum(each.wish.people for each in past.requests if each.wish.state in FOUND)
    return queries.Compared(in_force, changed, found)


def _move(
    session: Session, what_if_id: UUID, states: Iterable[State], *, attempt: int | None = None, **values: Any
) -> bool:
    """Change one that still is in one of these states, and in that attempt; says whether it was."""
    still = [WhatIf.id == what_if_id, WhatIf.state.in_(states)]
    if attempt is not None:
        still.append(WhatIf.attempt == attempt)
    moved = update(WhatIf).where(*still).values(values).execution_options(synchronize_session=False)
    return session.execute(moved).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _tell(session: Session, what_if_id: UUID) -> None:
    emit(session, "what_if", "what_if.changed", {"id": str(what_if_id)})
