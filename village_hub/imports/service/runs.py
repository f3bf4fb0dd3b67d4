"""The life of a run: started or handed in, approved, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from village_hub.imports.errors import AlreadyApplied, NoSuchImport, NotChecked, NothingToApply
from village_hub.imports.events import ImportApproved, ImportDiscarded, ImportUploaded
from village_hub.imports.models import ImportRun, RunState
from village_hub.imports.reading import Kind
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit


class Overtaken(Exception):
    """Somebody else reads or applies this run by now, or it was given up."""


def start(
    session: Session, kind: Kind, *, file_name: str, size: int, stored_at: str = "", by: UUID | None, now: datetime
) -> UUID:
    """A file is about to be read."""
    run_id = new_id(session)
    session.add(
        ImportRun(
            id=run_id,
            kind=kind,
            file_name=file_name,
            size=size,
            stored_at=stored_at,
            state=RunState.READING,
            started_by=by,
            started_at=now,
        )
    )
    session.flush()
    tell(session, run_id, by)
    return run_id


def upload(session: Session, kind: Kind, *, file_name: str, size: int, stored_at: str, by: UUID, now: datetime) -> UUID:
    """Somebody hands a file in; a worker reads it and says what it would change."""
    run_id = start(session, kind, file_name=file_name, size=size, stored_at=stored_at, by=by, now=now)
    record(session, ImportUploaded(run_id), now=now, by=by)
    return run_id


def approve(session: Session, run_id: UUID, *, by: UUID, now: datetime) -> None:
    """Somebody has seen what the file would change and wants it; a worker applies it."""
    begin(session, run_id)
    record(session, ImportApproved(run_id), now=now, by=by)


def begin(session: Session, run_id: UUID) -> None:
    """A file that was read is to be applied."""
    run = _run(session, run_id)
    if run.state == RunState.CHECKED and not run.rows_new + run.rows_changed:
        raise NothingToApply
    if not move(session, run_id, [RunState.CHECKED], state=RunState.APPLYING, done=0, total=0):
        raise NotChecked
    tell(session, run_id, run.started_by)


def discard(session: Session, run_id: UUID, *, by: UUID, now: datetime) -> None:
    """The file is given up; nothing of it was ever applied."""
    run = _run(session, run_id)
    if not move(session, run_id, [RunState.READING, RunState.CHECKED], state=RunState.DISCARDED, finished_at=now):
        raise AlreadyApplied
    record(session, ImportDiscarded(run_id), now=now, by=by)
    tell(session, run_id, run.started_by)


def move(
    session: Session, run_id: UUID, states: Sequence[RunState], *, attempt: int | None = None, **values: Any
) -> bool:
    """Change a run if it still is in one of these states, and nobody else has begun on it; says whether it was."""
    still = [ImportRun.id == run_id, ImportRun.state.in_(states)]
    if attempt is not None:
        still.append(ImportRun.attempt == attempt)
    moved = update(ImportRun).where(*still).values(values).execution_options(synchronize_session=False)
    return session.execute(moved).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def tell(session: Session, run_id: UUID, started_by: UUID | None) -> None:
    """The operators and whoever started the run look again."""
    emit(session, "operator", "import.changed", {"id": str(run_id)})
    if started_by:
        emit(session, f"person:{started_by}", "import.changed", {"id": str(run_id)})


def _run(session: Session, run_id: UUID) -> ImportRun:
    run = session.get(ImportRun, run_id, populate_existing=True)
    if run is None:
        raise NoSuchImport
    return run
