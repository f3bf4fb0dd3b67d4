from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.imports import a_file, course
from tests.factories.people import a_staff_member
from village_hub.activities.importing.courses import CourseImporter
from village_hub.activities.models import Activity, ActivitySession
from village_hub.doctor import examine
from village_hub.imports import importing, queries, service
from village_hub.imports.models import Change, ImportPart, ImportProblem, ImportRow, ImportRun, RunState
from village_hub.imports.queries import RunFacts
from village_hub.imports.reading import Code, CourseRow, Kind, RowProblem
from village_hub.imports.service import Batch, Staged, applying, register_importer, runs, staging
from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.mail import ListMailer
from workers.actor import Ports
from workers.actors import imports as actors
from workers.relay import relay
from workers.running import run

ROWS = [course(강좌명=f"강좌 {number}") for number in range(7)] + [course(강좌명="고칠 것", 수강료="?")]
#: Where the worker dies while it applies: before anything, between two batches, in the middle of the transaction.
STEPS: dict[str, tuple[Any, str]] = {
    "begin": (service, "open_importer"),
    "draft": (service, "keep_drafts"),
    "write": (CourseImporter, "write_parts"),
}


class Killed(BaseException):
    """The worker is gone: nothing after this line runs."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(applying, "BATCH", 2)


@pytest.fixture
def ports(app: Flask, own_database: Database) -> Ports:
    return Ports(app, own_database, ListMailer())


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_worker_killed_while_it_reads_is_followed_by_one_that_reads_anew(
    own_database: Database, ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    run_id = handed_in(own_database, tmp_path)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(service, "stage", dying_after(after, service.stage))
        work(own_database, ports)

    lease_runs_out(own_database)
    work(own_database, ports)

    facts = the_run(own_database, run_id)
    assert (facts.state, facts.rows_total, facts.rows_new, facts.rows_refused) == (RunState.CHECKED, 8, 7, 1)
    assert (count(own_database, ImportRow), count(own_database, ImportProblem)) == (7, 1)


def test_without_forgetting_what_was_set_aside_the_second_reader_would_stumble(
    own_database: Database, tmp_path: Path
) -> None:
    run_id = handed_in(own_database, tmp_path)
    with own_database.write_session() as session:
        reading = service.begin_reading(session, run_id)
    assert reading is not None
    importing.check(own_database, reading, Path(reading.stored_at))

    with pytest.raises(IntegrityError):
        importing.check(own_database, reading, Path(reading.stored_at))


def test_a_reader_that_was_thought_dead_sets_nothing_more_aside(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = handed_in(own_database, tmp_path)
    with own_database.write_session() as session:
        slow, quick = service.begin_reading(session, run_id), service.begin_reading(session, run_id)
    assert slow is not None
    assert quick is not None
    importing.check(own_database, quick, Path(quick.stored_at))

    with pytest.raises(service.Overtaken):
        importing.check(own_database, slow, Path(slow.stored_at))
    with own_database.write_session() as session:
        service.finish_reading(session, slow, None, now=own_database.clock.now())

    assert (the_run(own_database, run_id).state, the_run(own_database, run_id).rows_total) == (RunState.READING, 8)
    monkeypatch.setattr(staging, "move", unfenced(runs.move))  # the control: without the number it counts twice
    with own_database.write_session() as session:
        importer = service.open_importer(session, Kind.COURSES, own_database.clock.now())
        service.stage(session, slow, importer, Batch(refused=8), done=0, total=0)
    assert the_run(own_database, run_id).rows_total == 16


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_while_it_applies_is_followed_by_one_that_writes_everything_once(
    own_database: Database, ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run_id = handed_in(own_database, tmp_path)
    work(own_database, ports)
    approved(own_database, run_id)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        whose, name = STEPS[step]
        patched.setattr(whose, name, dying_after(2 if step == "draft" else 0, getattr(whose, name)))
        work(own_database, ports)
    assert count(own_database, Activity) == 0

    lease_runs_out(own_database)
    work(own_database, ports)

    facts = the_run(own_database, run_id)
    assert (facts.state, facts.rows_new) == (RunState.APPLIED, 7)
    assert (count(own_database, Activity), count(own_database, ActivitySession)) == (7, 7 * 14)
    assert not Path(facts.stored_at).exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_command_that_was_killed_is_followed_by_one_that_begins_the_same_run_anew(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = killed_by_hand(own_database, tmp_path, monkeypatch, step)

    done = importing.import_file(own_database, Kind.COURSES, path)

    assert (done.state, done.rows_new, done.rows_refused) == (RunState.APPLIED, 7, 1)
    assert (count(own_database, ImportRun), count(own_database, Activity)) == (1, 7)
    assert breaches(own_database) == []


def test_a_command_that_was_killed_and_never_comes_back_is_given_up_after_a_day(
    own_database: Database, ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = killed_by_hand(own_database, tmp_path, monkeypatch, "draft")
    work(own_database, ports)
    assert states(own_database) == [RunState.APPLYING]
    assert breaches(own_database) == []

    own_database.clock.advance(runs.BY_HAND)  # type: ignore[attr-defined]
    work(own_database, ports)

    assert (states(own_database), count(own_database, ImportRow)) == ([RunState.DISCARDED], 0)
    assert breaches(own_database) == []
    assert importing.import_file(own_database, Kind.COURSES, path).state == RunState.APPLIED


def test_what_somebody_approved_on_the_page_is_not_given_up(own_database: Database, tmp_path: Path) -> None:
    read = importing.import_file(own_database, Kind.COURSES, a_file(tmp_path, ROWS), dry_run=True)
    approved(own_database, read.id)

    with own_database.write_session() as session:
        service.give_up(session, read.id, now=own_database.clock.now())

    assert states(own_database) == [RunState.APPLYING]


def killed_by_hand(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> Path:
    """A file that somebody imports by a command, which is killed at this step."""
    path = a_file(folder, ROWS)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        whose, name = STEPS[step]
        patched.setattr(whose, name, dying_after(2 if step == "draft" else 0, getattr(whose, name)))
        importing.import_file(database, Kind.COURSES, path)
    return path


def states(database: Database) -> list[str]:
    with database.read_session() as session:
        return list(session.scalars(select(ImportRun.state)))


def breaches(database: Database) -> list[str]:
    with database.read_session() as session:
        return [each.invariant.name for each in examine(session, now=database.clock.now())]


def test_a_failed_import_changes_nothing(own_database: Database, tmp_path: Path) -> None:
    register_importer(Kind.COURSES, FailingImporter)
    try:
        with pytest.raises(RuntimeError, match="the last row"):
            importing.import_file(own_database, Kind.COURSES, a_file(tmp_path, ROWS[:7]))
    finally:
        register_importer(Kind.COURSES, CourseImporter)

    assert (count(own_database, Activity), count(own_database, ActivitySession)) == (0, 0)
    assert states(own_database) == [RunState.DISCARDED]


def test_with_a_transaction_for_each_batch_a_failed_import_would_leave_rows(
    own_database: Database, tmp_path: Path
) -> None:
    checked = importing.import_file(own_database, Kind.COURSES, a_file(tmp_path, ROWS[:7]), dry_run=True)
    with own_database.write_session() as session:
        service.begin(session, checked.id)
        begun = service.begin_applying(session, checked.id)
    assert begun is not None
    importing.draft(own_database, begun)
    last = 0
    with pytest.raises(RuntimeError, match="the last row"):
        while True:
            with own_database.write_session() as session:
                rows = queries.drafted(session, checked.id, after=last, limit=2)
                last = rows[-1].line
                staged = {row.source_key: Staged(row.thing_id, Change.NEW, row.draft) for row in rows}
                FailingImporter(session, own_database.clock.now()).write(session, staged, now=own_database.clock.now())

    assert count(own_database, Activity) == 6


def test_a_run_given_up_while_it_is_read_stays_given_up(own_database: Database, ports: Ports, tmp_path: Path) -> None:
    run_id = handed_in(own_database, tmp_path)
    with own_database.write_session() as session:
        service.discard(session, run_id, by=a_staff_member(session).id, now=own_database.clock.now())

    work(own_database, ports)

    facts = the_run(own_database, run_id)
    assert (facts.state, count(own_database, ImportRow)) == (RunState.DISCARDED, 0)
    assert not Path(facts.stored_at).exists()


def test_a_file_that_is_gone_is_refused(own_database: Database, ports: Ports, tmp_path: Path) -> None:
    run_id = handed_in(own_database, tmp_path)
    Path(the_run(own_database, run_id).stored_at).unlink()

    work(own_database, ports)

    assert the_run(own_database, run_id).state == RunState.REFUSED


class FailingImporter(CourseImporter):
    """Takes every row but the last."""

    def write(self, session: Session, rows: Mapping[str, Staged], *, now: datetime) -> Mapping[str, Change]:
        if any(row.values["title"] == "강좌 6" for row in rows.values()):
            raise RuntimeError("the last row")
        return super().write(session, rows, now=now)


def test_a_row_that_is_refused_the_second_time_leaves_no_sessions_behind(
    own_database: Database, ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = handed_in(own_database, tmp_path)
    work(own_database, ports)
    with own_database.write_session() as session:
        service.begin(session, run_id)
        first = service.begin_applying(session, run_id)
    assert first is not None
    importing.draft(own_database, first)
    with own_database.write_session() as session:
        again = service.begin_applying(session, run_id)
    assert again is not None

    def refuse(_importer: CourseImporter, row: CourseRow) -> RowProblem:
        return RowProblem(row.line, "교육장소", "", Code.MISSING_VALUE, {})

    monkeypatch.setattr(CourseImporter, "draft", refuse)
    importing.draft(own_database, again)

    assert count(own_database, ImportPart) == 0
    assert breaches(own_database) == []


def handed_in(database: Database, folder: Path) -> UUID:
    path = a_file(folder, ROWS)
    with database.write_session() as session:
        return service.upload(
            session,
            Kind.COURSES,
            file_name="courses.csv",
            size=path.stat().st_size,
            stored_at=str(path),
            by=a_staff_member(session).id,
            now=database.clock.now(),
        )


def approved(database: Database, run_id: UUID) -> None:
    with database.write_session() as session:
        service.approve(session, run_id, by=a_staff_member(session).id, now=database.clock.now())


def work(database: Database, ports: Ports) -> None:
    """Carry facts and due jobs until none is left."""
    while True:
        while relay(database):
            pass
        with database.read_session() as session:
            waiting = jobs.due(session, now=database.clock.now())
        if not waiting:
            return
        for job_id in waiting:
            run(database, job_id, ports)


def lease_runs_out(database: Database) -> None:
    database.clock.advance(timedelta(seconds=actors.LEASE + 1))  # type: ignore[attr-defined]


def dying_after(times: int, use_case: Any) -> Any:
    left = [times]

    def dying(*arguments: Any, **named: Any) -> Any:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return use_case(*arguments, **named)

    return dying


def unfenced(move: Any) -> Any:
    def without_number(*arguments: Any, attempt: int, **values: Any) -> Any:
        return move(*arguments, **values)

    return without_number


def the_run(database: Database, run_id: UUID) -> RunFacts:
    with database.read_session() as session:
        facts = queries.run(session, run_id)
    assert facts is not None
    return facts


def count(database: Database, table: Any) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
