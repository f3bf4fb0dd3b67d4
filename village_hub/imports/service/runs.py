"""The life of a run: started or handed in, approved, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from village_hub.imports.errors import AlreadyApplied, NoSuchImport, NotChecked, NothingToApply
from village_hub.imports.events import ImportApproved, ImportDeadline, ImportDiscarded, ImportUploaded
from village_hub.imports.models import ImportRun, RunState
from village_hub.imports.reading import Kind
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.jobs import set_timer
from village_hub.kernel.signals import emit

#: What a file that is carried in by hand may take.
BY_HAND = timedelta(days=1)
UNFINISHED = (RunState.READING, RunState.APPLYING)


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
    tell(session, run_id)
    return run_id


def start_by_hand(session: Session, kind: Kind, *, file_name: str, size: int, now: datetime) -> UUID:
    """A command is about to read a file from where it lies.

    Should it be killed, the run is begun anew by the next command for the file, or given up in time.
    """
    same = [ImportRun.kind == kind, ImportRun.file_name == file_name, ImportRun.size == size]
    left = [ImportRun.started_by.is_(None), ImportRun.state.in_(UNFINISHED), ImportRun.started_at > now - BY_HAND / 2]
    run_id = session.scalars(select(ImportRun.id).where(*same, *left).limit(1)).first()
    if run_id and move(session, run_id, UNFINISHED, state=RunState.READING):
        return run_id
    run_id = start(session, kind, file_name=file_name, size=size, by=None, now=now)
    set_timer(session, ImportDeadline(run_id), at=now + BY_HAND)
    return run_id


def upload(session: Session, kind: Kind, *, file_name: str, size: int, stored_at: str, by: UUID, now: datetime) -> UUID:
    """Somebody hands a file in; a worker reads it and says what it would change."""
    run_id = start(session, kind, file_name=file_name, size=size, stored_at=stored_at, by=by, now=now)
    record(session, ImportUploaded(run_id), now=now, by=by)
    return run_id


def approve(session: Session, run_id: UUID, *, by: UUID, now: datetime) -> None:
    """Somebody has seen what the file would change and wants it; a worker applies it."""
    begin(session, run_id, by=by)
    record(session, ImportApproved(run_id), now=now, by=by)


def begin(session: Session, run_id: UUID, *, by: UUID | None = None) -> None:
    """A file that was read is to be applied; whoever approves what a command has read becomes its owner."""
    run = _run(session, run_id)
    if run.state == RunState.CHECKED and not run.rows_new + run.rows_changed:
        raise NothingToApply
    owner = run.started_by or by
    if not move(session, run_id, [RunState.CHECKED], state=RunState.APPLYING, done=0, total=0, started_by=owner):
        raise NotChecked
    tell(session, run_id)


def discard(session: Session, run_id: UUID, *, by: UUID, now: datetime) -> None:
    """The file is given up; nothing of it was ever applied."""
    _run(session, run_id)
    if not move(session, run_id, [RunState.READING, RunState.CHECKED], state=RunState.DISCARDED, finished_at=now):
        raise AlreadyApplied
    record(session, ImportDiscarded(run_id), now=now, by=by)
    tell(session, run_id)


def give_up(session: Session, run_id: UUID, *, now: datetime) -> None:
    """A run that nobody owns and that has not ended is of a command that was killed; one that only read is kept."""
    is_by_hand = _run(session, run_id).started_by is None
    if is_by_hand and move(session, run_id, UNFINISHED, state=RunState.DISCARDED, finished_at=now):
        record(session, ImportDiscarded(run_id), now=now)
        tell(session, run_id)


def move(
    session: Session, run_id: UUID, states: Sequence[RunState], *, attempt: int | None = None, **values: Any
) -> bool:
    """Change a run if it still is in one of these states, and nobody else has begun on it; says whether it was."""
    still = [ImportRun.id == run_id, ImportRun.state.in_(states)]
    if attempt is not None:
        still.append(ImportRun.attempt == attempt)
    moved = update(ImportRun).where(*still).values(values).execution_options(synchronize_session=False)
    return session.execute(moved).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def tell(session: Session, run_id: UUID) -> None:
    """Whoever may carry files in looks again."""
    emit(session, "imports", "import.changed", {"id": str(run_id)})


def _run(session: Session, run_id: UUID) -> ImportRun:
    run = session.get(ImportRun, run_id, populate_existing=True)
    if run is None:
        raise NoSuchImport
    return run
