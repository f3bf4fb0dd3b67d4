"""Runs: how good their plans were, and what they were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from village_hub.matching import engine
from village_hub.matching.models import MatchRun, RunRecord
from village_hub.matching.queries.packing import plan_from_json, problem_from_json, tariff_from_json, unpack


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run saw in figures, what it took, and how good its plan was."""

    id: UUID
    trigger: str
    started_at: datetime
    finished_at: datetime
    wishes: int
    instructors: int
    venues: int
    classes: int
    value: float
    bound: float
    gap: float
    stability: float
    input_hash: str
    engine_version: str
    rules_version: str
    seed: int
    effort: int
    steps: int
    seconds: float
    way: str
    changed: int


@dataclass(frozen=True)
class Record:
    """What a run was given and the plan that came of it, unpacked when it is looked at."""

    run_id: UUID
    packed: bytes
    packed_plan: bytes
    packed_tariff: bytes

    @cached_property
    def given(self) -> Mapping[str, Any]:
        return dict(unpack(self.packed))

    @property
    def start(self) -> datetime:
        """The moment that the run's half hours are counted from."""
        return datetime.fromisoformat(self.given["start"])

    @cached_property
    def problem(self) -> engine.Problem:
        return problem_from_json(self.given["problem"])

    @cached_property
    def plan(self) -> engine.Plan:
        return plan_from_json(unpack(self.packed_plan), tariff_from_json(unpack(self.packed_tariff)))


def last_run(session: Session) -> RunFacts | None:
    """The latest run."""
    return next(iter(last_runs(session, 1)), None)


def last_runs(session: Session, limit: int) -> list[RunFacts]:
    """The latest runs, the newest first."""
    return runs(session, limit=limit)


def runs(session: Session, *, way: str | None = None, limit: int, after: int = 0) -> list[RunFacts]:
    """Runs of one way or all, the newest first."""
    newest = _runs(way).order_by(MatchRun.finished_at.desc(), MatchRun.id.desc())
    return [RunFacts(*row) for row in session.execute(newest.limit(limit).offset(after))]


def count_runs(session: Session) -> dict[str, int]:
    """How many runs there were of each way."""
    return dict(session.execute(select(MatchRun.way, func.count()).group_by(MatchRun.way)).all())


def run(session: Session, run_id: UUID) -> RunFacts | None:
    """One run, or None."""
    row = session.execute(_runs().where(MatchRun.id == run_id)).first()
    return RunFacts(*row) if row else None


def counted(codes: Iterable[str]) -> list[tuple[str, int]]:
    """How often each code is there, the most frequent first."""
    return Counter(codes).most_common()


def record_of(session: Session, run_id: UUID) -> Record | None:
    """What a run was given, as long as it is kept."""
    columns = (RunRecord.run_id, RunRecord.given, RunRecord.plan, RunRecord.tariff)
    row = session.execute(select(*columns).where(RunRecord.run_id == run_id)).first()
    return Record(*row) if row else None


def _runs(way: str | None = None) -> Select[Any]:
    columns = (getattr(MatchRun, name) for name in RunFacts.__slots__)
    query = select(*columns)
    return query.where(MatchRun.way == way) if way else query
