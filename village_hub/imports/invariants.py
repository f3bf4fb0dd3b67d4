"""What must be true of files on their way in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Subquery, and_, func, or_, select

from village_hub.imports.events import (
    ImportApplied,
    ImportApproved,
    ImportDeadline,
    ImportDiscarded,
    ImportRead,
    ImportUploaded,
)
from village_hub.imports.models import ImportPart, ImportProblem, ImportRow, ImportRun, ImportSource, RunState
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTART, RESTORE, Rows, any_of, invariant
from village_hub.kernel.traces import has_timer, recorded, under_way

OPEN = (RunState.READING, RunState.CHECKED, RunState.APPLYING)
HAND_IN = N_("Give the file up on the page of imports and hand it in again.")


@invariant(N_("An import is open, or it is over since a moment; a refused one says why."), HAND_IN)
def imports_are_in_one_state(now: datetime) -> Rows:
    is_open, is_over = ImportRun.state.in_(OPEN), ImportRun.finished_at.is_not(None)
    unexplained = (ImportRun.state == RunState.REFUSED) != ImportRun.refusal.is_not(None)
    return select(ImportRun.id, ImportRun.state, ImportRun.finished_at).where(or_(is_open == is_over, unexplained))


@invariant(N_("The counts of an import add up."), HAND_IN)
def counts_add_up(now: datetime) -> Rows:
    """While a file is applied, and afterwards where it names a thing twice, rows fall out of the sum."""
    parts = ImportRun.rows_new + ImportRun.rows_changed + ImportRun.rows_same + ImportRun.rows_refused
    read = and_(ImportRun.state.in_([RunState.READING, RunState.CHECKED]), parts != ImportRun.rows_total)
    applied = and_(ImportRun.state == RunState.APPLIED, parts > ImportRun.rows_total)
    return select(ImportRun.id, ImportRun.state, ImportRun.rows_total, parts.label("sum")).where(or_(read, applied))


@invariant(N_("An import has the rows and the problems that it has counted."), HAND_IN)
def what_was_counted_is_there(now: datetime) -> Rows:
    rows = select(func.count()).where(ImportRow.run_id == ImportRun.id).scalar_subquery()
    problems = select(func.count()).where(ImportProblem.run_id == ImportRun.id).scalar_subquery()
    set_aside = ImportRun.state.in_([RunState.READING, RunState.CHECKED])
    is_short = and_(set_aside, rows != ImportRun.rows_new + ImportRun.rows_changed)
    counts = (rows.label("rows"), problems.label("problems"))
    return select(ImportRun.id, ImportRun.state, *counts).where(or_(is_short, problems != ImportRun.problems))


@invariant(N_("Every dated part belongs to a row that is set aside."), HAND_IN)
def parts_belong_to_rows(now: datetime) -> Rows:
    row = select(ImportRow.line).where(ImportRow.run_id == ImportPart.run_id, ImportRow.line == ImportPart.line)
    return select(ImportPart.run_id, ImportPart.line, ImportPart.number).where(
        ~row.exists(), ImportPart.run_id.in_(select(ImportRun.id).where(ImportRun.state.in_(OPEN)))
    )


@invariant(N_("A file that was handed in or approved is being worked on."), RESTART)
def nothing_is_stuck(now: datetime) -> Rows:
    handed_in = and_(ImportRun.state == RunState.READING, ImportRun.stored_at != "")
    unread = and_(handed_in, ~under_way(ImportUploaded, run_id=ImportRun.id))
    approved = and_(ImportRun.state == RunState.APPLYING, recorded(ImportApproved, run_id=ImportRun.id))
    unapplied = and_(approved, ~under_way(ImportApproved, run_id=ImportRun.id))
    by_hand = and_(ImportRun.started_by.is_(None), ImportRun.state.in_([RunState.READING, RunState.APPLYING]))
    unwatched = and_(by_hand, ~has_timer(ImportDeadline, run_id=ImportRun.id))
    return select(ImportRun.id, ImportRun.state).where(or_(unread, unapplied, unwatched))


@invariant(N_("What was set aside for an import that is over is forgotten."), RESTART)
def nothing_is_left_behind(now: datetime) -> Rows:
    forgetting = under_way(ImportRead, ImportApplied, ImportDiscarded, run_id=ImportRun.id)
    is_over = and_(ImportRun.state.not_in(OPEN), ~forgetting)
    left = ImportRun.id.in_(select(ImportRow.run_id)) | ImportRun.id.in_(select(ImportPart.run_id))
    return select(ImportRun.id, ImportRun.state).where(is_over, left)


@invariant(N_("What a file said last comes from an import that was applied."), RESTORE)
def sources_were_applied(now: datetime) -> Rows:
    applied = select(ImportRun.id).where(ImportRun.state == RunState.APPLIED)
    return select(ImportSource.source_key, ImportSource.kind, ImportSource.run_id).where(
        ImportSource.run_id.not_in(applied)
    )


@invariant(N_("What became of an import was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    each = select(ImportRun.id, ImportRun.state)
    read = and_(ImportRun.state.in_([RunState.CHECKED, RunState.REFUSED]), ~recorded(ImportRead, run_id=ImportRun.id))
    applied = and_(ImportRun.state == RunState.APPLIED, ~recorded(ImportApplied, run_id=ImportRun.id))
    given_up = and_(ImportRun.state == RunState.DISCARDED, ~recorded(ImportDiscarded, run_id=ImportRun.id))
    return any_of(each.where(read), each.where(applied), each.where(given_up))


def sources() -> Subquery:
    """What files said last as a table, for the rules of later capabilities."""
    return select(ImportSource.kind, ImportSource.source_key).subquery()


INVARIANTS = (
    imports_are_in_one_state,
    counts_add_up,
    what_was_counted_is_there,
    parts_belong_to_rows,
    nothing_is_stuck,
    nothing_is_left_behind,
    sources_were_applied,
    what_happened_was_written_down,
)
