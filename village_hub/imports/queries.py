"""Reads of imports; frozen, never rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from village_hub.imports.models import Change as Change
from village_hub.imports.models import ImportProblem, ImportRow, ImportRun
from village_hub.imports.models import RunState as RunState
from village_hub.imports.reading import Code, FileRefused, Kind, RowProblem


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run with its counts; `done` of `total` lines or rows are read or applied."""

    id: UUID
    kind: Kind
    file_name: str
    size: int
    stored_at: str
    state: str
    refusal: FileRefused | None
    done: int
    total: int
    rows_total: int
    rows_new: int
    rows_changed: int
    rows_same: int
    rows_refused: int
    problems: int
    started_by: UUID | None
    started_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in (RunState.READING, RunState.APPLYING)

    @property
    def is_over(self) -> bool:
        """Whether nobody will ever read or apply it again."""
        return self.state in (RunState.APPLIED, RunState.REFUSED, RunState.DISCARDED)

    @property
    def can_be_applied(self) -> bool:
        """Whether it waits for somebody's word, and would change something."""
        return self.state == RunState.CHECKED and self.rows_new + self.rows_changed > 0

    @property
    def can_be_discarded(self) -> bool:
        """Whether nothing of it was applied."""
        return self.state in (RunState.READING, RunState.CHECKED)


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row that waits to be applied."""

    line: int
    source_key: str
    content_hash: str
    change: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class DraftedRow:
    """A row that waits to be written, as its capability will."""

    line: int
    source_key: str
    content_hash: str
    draft: dict[str, Any]
    thing_id: UUID


def run(session: Session, run_id: UUID) -> RunFacts | None:
    """One run, or None."""
    row = session.execute(_runs().where(ImportRun.id == run_id)).one_or_none()
    return _facts(row._mapping) if row else None


def runs(session: Session, *, limit: int = 50) -> list[RunFacts]:
    """The newest runs first."""
    query = _runs().order_by(ImportRun.started_at.desc(), ImportRun.id.desc()).limit(limit)
    return [_facts(row._mapping) for row in session.execute(query)]


def staged(session: Session, run_id: UUID, *, after: int = 0, limit: int) -> list[StagedRow]:
    """Rows behind a line, in the order of the file."""
    each = ImportRow
    columns = (each.line, each.source_key, each.content_hash, each.change, each.cells)
    query = select(*columns).where(each.run_id == run_id, each.line > after).order_by(each.line).limit(limit)
    return [StagedRow(*row) for row in session.execute(query)]


def drafted(session: Session, run_id: UUID, *, after: int = 0, limit: int) -> list[DraftedRow]:
    """Drafted rows behind a line, in the order of the file."""
    each = ImportRow
    columns = (each.line, each.source_key, each.content_hash, each.draft, each.thing_id)
    query = select(*columns).where(each.run_id == run_id, each.line > after, each.thing_id.is_not(None))
    return [DraftedRow(*row) for row in session.execute(query.order_by(each.line).limit(limit))]


def staged_count(session: Session, run_id: UUID) -> int:
    """How many rows wait to be applied."""
    return session.scalar(select(func.count()).where(ImportRow.run_id == run_id)) or 0


def problems(session: Session, run_id: UUID, *, limit: int | None = None) -> Iterator[RowProblem]:
    """A run's problems in the order of the file."""
    each = ImportProblem
    columns = (each.line, each.column, each.value, each.code, each.figures)
    query = select(*columns).where(each.run_id == run_id).order_by(each.number).limit(limit)
    for line, column, value, code, figures in session.execute(query):
        yield RowProblem(line, column, value, Code(code), figures)


def _runs() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(ImportRun, name) for name in RunFacts.__slots__))


def _facts(row: Any) -> RunFacts:
    values = dict(row)
    refusal = values["refusal"]
    refused = FileRefused(Code(refusal["code"]), refusal["figures"]) if refusal else None
    return RunFacts(**values | {"kind": Kind(values["kind"]), "refusal": refused})
