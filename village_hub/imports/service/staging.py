"""Reading a file: its rows are counted and set aside batch by batch, its problems listed; nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from village_hub.imports.events import ImportRead
from village_hub.imports.models import Change, ImportPart, ImportProblem, ImportRow, ImportRun, RunState
from village_hub.imports.reading import AnyRow, FileRefused, Kind, RowProblem
from village_hub.imports.service.importers import Importer, judge
from village_hub.imports.service.runs import Overtaken, move, tell
from village_hub.kernel.events import record


@dataclass(frozen=True, slots=True)
class Reading:
    """The right to read a run's file until somebody else begins anew."""

    run_id: UUID
    attempt: int
    kind: Kind
    size: int
    stored_at: str
    started_by: UUID | None


@dataclass(slots=True)
class Batch:
    """Some rows that landed, by key, and the problems of those that did not, in the order of the file."""

    rows: dict[str, AnyRow] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    refused: int = 0

    @property
    def weight(self) -> int:
        """How many table rows it will make."""
        return len(self.rows) + len(self.problems)


def begin_reading(session: Session, run_id: UUID) -> Reading | None:
    """Read the file from its beginning; whatever an earlier try has set aside is forgotten."""
    run = session.get(ImportRun, run_id, populate_existing=True)
    if run is None or run.state != RunState.READING:
        return None
    run.attempt += 1
    run.done = run.total = run.rows_total = run.rows_new = run.rows_changed = run.rows_same = 0
    run.rows_refused = run.problems = 0
    session.flush()
    session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))
    session.execute(delete(ImportPart).where(ImportPart.run_id == run_id))
    session.execute(delete(ImportProblem).where(ImportProblem.run_id == run_id))
    return Reading(run_id, run.attempt, Kind(run.kind), run.size, run.stored_at, run.started_by)


def stage(session: Session, reading: Reading, importer: Importer, batch: Batch, *, done: int, total: int) -> None:
    """Set a batch aside and count it; raises Overtaken where this run is no longer ours to read."""
    hashes = {key: row.content_hash for key, row in batch.rows.items()}
    changes = judge(session, reading.kind, importer.standing(session, hashes), hashes)
    counted = list(changes.values())
    ours = move(
        session,
        reading.run_id,
        [RunState.READING],
        attempt=reading.attempt,
        done=done,
        total=total,
        rows_total=ImportRun.rows_total + len(batch.rows) + batch.refused,
        rows_new=ImportRun.rows_new + counted.count(Change.NEW),
        rows_changed=ImportRun.rows_changed + counted.count(Change.CHANGED),
        rows_same=ImportRun.rows_same + counted.count(Change.SAME),
        rows_refused=ImportRun.rows_refused + batch.refused,
        problems=ImportRun.problems + len(batch.problems),
    )
    if not ours:
        raise Overtaken(reading.run_id)
    rows = [_row(reading.run_id, key, row, changes[key]) for key, row in batch.rows.items()]
    if rows := [row for row in rows if row["change"] != Change.SAME]:
        session.connection().execute(insert(ImportRow.__table__), rows)  # type: ignore[arg-type]
    list_problems(session, reading.run_id, batch.problems)
    tell(session, reading.run_id)


def finish_reading(session: Session, reading: Reading, refused: FileRefused | None, *, now: datetime) -> None:
    """The file was read to its end, or refused as a whole; a run given up meanwhile stays given up."""
    values: Mapping[str, Any] = {"state": RunState.CHECKED}
    if refused:
        refusal = {"code": refused.code, "figures": dict(refused.figures)}
        values = {"state": RunState.REFUSED, "refusal": refusal, "finished_at": now}
    if not move(session, reading.run_id, [RunState.READING], attempt=reading.attempt, **values):
        return
    record(session, ImportRead(reading.run_id, values["state"]), now=now, by=reading.started_by)
    tell(session, reading.run_id)


def list_problems(session: Session, run_id: UUID, problems: list[RowProblem]) -> None:
    """Write problems down behind those that are already listed; the run's count says how many that makes."""
    if not problems:
        return
    listed = session.get_one(ImportRun, run_id, populate_existing=True).problems
    first = listed - len(problems) + 1
    rows = [
        {
            "run_id": run_id,
            "number": number,
            "line": each.line,
            "column": each.column,
            "value": each.value,
            "code": each.code,
            "figures": dict(each.figures),
        }
        for number, each in enumerate(problems, start=first)
    ]
    session.execute(insert(ImportProblem), rows)


def _row(run_id: UUID, key: str, row: AnyRow, change: Change) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "line": row.line,
        "source_key": key,
        "content_hash": row.content_hash,
        "change": change,
        "cells": dict(row.raw),
    }
