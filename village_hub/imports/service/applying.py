"""Applying a run: drafts are worked out batch by batch, then everything is written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from village_hub.imports import queries
from village_hub.imports.events import ImportApplied
from village_hub.imports.models import Change, ImportPart, ImportRow, ImportRun, ImportSource, RunState
from village_hub.imports.queries import DraftedRow, StagedRow
from village_hub.imports.reading import Kind, RowProblem
from village_hub.imports.service.importers import Draft, Importer, Parts, Staged, judge, open_importer
from village_hub.imports.service.runs import Overtaken, move, tell
from village_hub.imports.service.staging import Reading, list_problems
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id

BATCH = 500


@dataclass(frozen=True, slots=True)
class Applying:
    """The right to apply a run until somebody else begins anew."""

    run_id: UUID
    attempt: int
    kind: Kind
    started_by: UUID | None


def begin_applying(session: Session, run_id: UUID) -> Applying | None:
    """Begin to apply an approved run, from its first row."""
    run = session.get(ImportRun, run_id, populate_existing=True)
    if run is None or run.state != RunState.APPLYING:
        return None
    run.attempt, run.done = run.attempt + 1, 0
    run.total = queries.staged_count(session, run_id)
    return Applying(run_id, run.attempt, Kind(run.kind), run.started_by)


def go_on(session: Session, reading: Reading) -> Applying | None:
    """Apply at once what was just read to its end; None where it would change nothing, or is no longer ours."""
    run = session.get_one(ImportRun, reading.run_id, populate_existing=True)
    changes = run.rows_new + run.rows_changed > 0
    if changes and move(session, run.id, [RunState.READING], attempt=reading.attempt, state=RunState.APPLYING):
        tell(session, run.id)
        return begin_applying(session, run.id)
    return None


def keep_drafts(
    session: Session,
    applying: Applying,
    importer: Importer,
    drafts: Sequence[tuple[StagedRow, Draft]],
    problems: Sequence[RowProblem] = (),
) -> None:
    """Keep what will be written for these rows, and to which things; one that no longer can be is listed and let go."""
    refused = len(problems)
    ours = move(
        session,
        applying.run_id,
        [RunState.APPLYING],
        attempt=applying.attempt,
        done=ImportRun.done + len(drafts) + refused,
        problems=ImportRun.problems + refused,
        rows_refused=ImportRun.rows_refused + refused,
    )
    if not ours:
        raise Overtaken(applying.run_id)
    if drafts:
        _keep(session, applying.run_id, importer, drafts)
    if problems:
        lines = [each.line for each in problems]
        for table in (ImportPart, ImportRow):
            session.execute(delete(table).where(table.run_id == applying.run_id, table.line.in_(lines)))
        list_problems(session, applying.run_id, list(problems))
    tell(session, applying.run_id)


def write(session: Session, applying: Applying, *, now: datetime) -> None:
    """Write everything the file says, or nothing; what another run has written meanwhile is not written twice."""
    lock(session, f"imports:{applying.kind}")
    if not move(session, applying.run_id, [RunState.APPLYING], attempt=applying.attempt, state=RunState.APPLIED):
        return
    importer = open_importer(session, applying.kind, now)
    counted: Counter[Change] = Counter()
    last = 0
    while rows := queries.drafted(session, applying.run_id, after=last, limit=BATCH):
        last = rows[-1].line
        counted.update(_write(session, applying, importer, rows, now).values())
    importer.write_parts(session, _parts(applying.run_id), now=now)
    run = session.get_one(ImportRun, applying.run_id, populate_existing=True)
    run.rows_new, run.rows_changed = counted[Change.NEW], counted[Change.CHANGED]
    run.rows_same += counted[Change.SAME]
    run.done, run.finished_at = run.total, now
    session.flush()
    applied = ImportApplied(run.id, run.kind, run.rows_new, run.rows_changed)
    record(session, applied, now=now, by=applying.started_by)
    tell(session, run.id)


def forget_rows(session: Session, run_id: UUID, *, limit: int) -> bool:
    """Drop some rows of a run that is over; says whether that was all."""
    run = queries.run(session, run_id)
    if run is None or not run.is_over:
        return True
    for table in (ImportPart, ImportRow):
        mine = select(table.line).where(table.run_id == run_id).order_by(table.line).limit(1).offset(limit)
        upto = session.scalar(mine)
        gone = [table.run_id == run_id] if upto is None else [table.run_id == run_id, table.line <= upto]
        session.execute(delete(table).where(*gone))
        if upto is not None:
            return False
    return True


def _keep(session: Session, run_id: UUID, importer: Importer, drafts: Sequence[tuple[StagedRow, Draft]]) -> None:
    standing = importer.standing(session, [row.source_key for row, _ in drafts])
    fresh = iter(sorted(new_id(session) for _ in drafts))  # in the order of the file, as far as ids have an order
    rows: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for row, draft in drafts:
        here = standing.get(row.source_key)
        thing_id = here.id if here else next(fresh)
        rows.append({"run": run_id, "at": row.line, "said": draft.values, "thing": thing_id})
        for number, (starts_at, ends_at) in enumerate(draft.parts):
            part = {"run_id": run_id, "line": row.line, "number": number, "id": new_id(session), "whole_id": thing_id}
            parts.append(part | {"starts_at": starts_at, "ends_at": ends_at})
    mine = (ImportRow.run_id == bindparam("run"), ImportRow.line == bindparam("at"))
    kept = update(ImportRow.__table__).where(*mine)  # type: ignore[arg-type]
    connection = session.connection()
    connection.execute(kept.values(draft=bindparam("said"), thing_id=bindparam("thing")), rows)
    lines = [row.line for row, _ in drafts]
    session.execute(delete(ImportPart).where(ImportPart.run_id == run_id, ImportPart.line.in_(lines)))
    if parts:
        connection.execute(insert(ImportPart.__table__), parts)  # type: ignore[arg-type]


def _write(
    session: Session, applying: Applying, importer: Importer, rows: Sequence[DraftedRow], now: datetime
) -> Mapping[str, Change]:
    hashes = {row.source_key: row.content_hash for row in rows}
    standing = importer.standing(session, hashes)
    changes = judge(session, applying.kind, standing, hashes)
    staged = {
        row.source_key: Staged(row.thing_id, changes[row.source_key], row.draft)
        for row in rows
        if changes[row.source_key] is not Change.SAME
    }
    if any(key in standing and standing[key].id != row.id for key, row in staged.items()):
        raise Overtaken(applying.run_id)
    if same := [row.line for row in rows if row.source_key not in staged]:
        session.execute(delete(ImportPart).where(ImportPart.run_id == applying.run_id, ImportPart.line.in_(same)))
        session.execute(delete(ImportRow).where(ImportRow.run_id == applying.run_id, ImportRow.line.in_(same)))
    if not staged:
        return changes
    written = importer.write(session, staged, now=now)
    _note_sources(session, applying, {key: hashes[key] for key in staged})
    return changes | dict(written)


def _note_sources(session: Session, applying: Applying, hashes: Mapping[str, str]) -> None:
    known = (ImportSource.kind == applying.kind, ImportSource.source_key.in_(list(hashes)))
    session.execute(delete(ImportSource).where(*known))
    fixed = {"kind": applying.kind, "run_id": applying.run_id}
    rows = [fixed | {"source_key": key, "content_hash": said} for key, said in hashes.items()]
    session.connection().execute(insert(ImportSource.__table__), rows)  # type: ignore[arg-type]


def _parts(run_id: UUID) -> Parts:
    part = ImportPart
    spans = select(part.id, part.whole_id, part.starts_at, part.ends_at).where(part.run_id == run_id)
    things = select(ImportRow.thing_id).where(ImportRow.run_id == run_id, ImportRow.thing_id.is_not(None))
    return Parts(things, spans.order_by(part.line, part.number).subquery("parts"))  # type: ignore[arg-type]
