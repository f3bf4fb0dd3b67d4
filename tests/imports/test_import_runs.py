from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.imports import EXAMPLES, a_file, an_import, course
from tests.factories.people import a_staff_member
from village_hub.activities.models import Activity
from village_hub.imports import importing, queries, service
from village_hub.imports.errors import AlreadyApplied, NotChecked, NothingToApply
from village_hub.imports.models import ImportPart, ImportRow, RunState
from village_hub.imports.reading import Code, Kind


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_file_twice_changes_nothing(database: OneConnectionDatabase, tmp_path: Path, kind: Kind) -> None:
    first = an_import(database, tmp_path, kind)

    second = an_import(database, tmp_path, kind)

    assert (first.state, first.rows_new, first.rows_same) == (RunState.APPLIED, 1, 0)
    assert (second.state, second.rows_new, second.rows_changed, second.rows_same) == (RunState.CHECKED, 0, 0, 1)


def test_a_dry_run_counts_and_changes_nothing(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.COURSES)

    run = an_import(
        database,
        tmp_path,
        Kind.COURSES,
        course(),
        course(강좌명="새 강좌"),
        course(강좌정원수="많이", 수강료="?"),
        dry_run=True,
    )

    assert run.state == RunState.CHECKED
    assert (run.rows_total, run.rows_new, run.rows_changed, run.rows_same, run.rows_refused) == (3, 1, 0, 1, 1)
    assert session.scalars(select(Activity.title)).all() == ["처음 배우는 수채화"]
    problems = [(each.line, each.column, each.code) for each in queries.problems(session, run.id)]
    assert problems == [(4, "강좌정원수", Code.BAD_NUMBER), (4, "수강료", Code.BAD_NUMBER)]


def test_a_file_that_says_something_else_of_a_course_changes_it(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.COURSES)

    run = an_import(database, tmp_path, Kind.COURSES, course(수강료="0", 강사명="새 강사"))

    assert (run.rows_new, run.rows_changed) == (0, 1)
    assert session.execute(select(Activity.fee, Activity.instructor_name)).all() == [(0, "새 강사")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.EMPTY_FILE),
        (b"PK\x03\x04....xl/workbook.xml", Code.EXCEL_FILE),
        ("도서관명,소재지도로명주소\n가,나\n".encode(), Code.OTHER_STANDARD),
        ("강좌명\n가".encode()[:-1], Code.CUT_OFF),
    ],
)
def test_a_file_that_is_none_is_refused_and_changes_nothing(
    database: OneConnectionDatabase, tmp_path: Path, session: Session, content: bytes, code: Code
) -> None:
    path = tmp_path / "courses.csv"
    path.write_bytes(content)

    run = importing.import_file(database, Kind.COURSES, path)

    assert run.state == RunState.REFUSED
    assert run.refusal is not None
    assert run.refusal.code == code
    assert session.scalar(select(func.count()).select_from(Activity)) == 0


def test_a_file_full_of_problems_is_given_back(
    database: OneConnectionDatabase, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_PROBLEMS", 2)

    run = an_import(database, tmp_path, Kind.COURSES, *(course(강좌명=f"{n}", 수강료="?") for n in range(3)))

    assert run.refusal is not None
    assert (run.refusal.code, run.refusal.figures) == (Code.TOO_MANY_PROBLEMS, {"limit": 2})
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_nothing_set_aside_is_left_after_an_import(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.COURSES)

    left = [session.scalar(select(func.count()).select_from(table)) for table in (ImportRow, ImportPart)]

    assert left == [0, 0]


def test_two_runs_of_the_same_file_write_it_once(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    path = a_file(tmp_path, [course(), course(강좌명="둘째")])
    runs = [importing.import_file(database, Kind.COURSES, path, dry_run=True) for _ in range(2)]

    for run in runs:
        service.begin(session, run.id)
        applying = service.begin_applying(session, run.id)
        assert applying is not None
        importing.draft(database, applying)
        service.write(session, applying, now=database.clock.now())

    assert session.scalar(select(func.count()).select_from(Activity)) == 2
    second = queries.run(session, runs[1].id)
    assert second is not None
    assert (second.rows_new, second.rows_same) == (0, 2)


def test_a_run_that_another_one_overtook_drafts_its_rows_anew(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    path = a_file(tmp_path, [course(강사명="다른 이")])
    run = importing.import_file(database, Kind.COURSES, path, dry_run=True)
    service.begin(session, run.id)
    applying = service.begin_applying(session, run.id)
    assert applying is not None
    importing.draft(database, applying)
    an_import(database, tmp_path, Kind.COURSES)

    with pytest.raises(service.Overtaken), database.write_session() as other:
        service.write(other, applying, now=database.clock.now())

    again = service.begin_applying(session, run.id)
    assert again is None or again.attempt > applying.attempt


def test_only_a_run_that_was_read_is_applied_and_only_once(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    person, now = a_staff_member(session).id, database.clock.now()
    waiting = importing.import_file(database, Kind.COURSES, a_file(tmp_path, [course()]), dry_run=True)
    service.approve(session, waiting.id, by=person, now=now)
    applied = an_import(database, tmp_path, Kind.LIBRARIES)
    nothing = an_import(database, tmp_path, Kind.LIBRARIES, EXAMPLES[Kind.LIBRARIES])

    with pytest.raises(NotChecked):
        service.approve(session, waiting.id, by=person, now=now)
    with pytest.raises(AlreadyApplied):
        service.discard(session, applied.id, by=person, now=now)
    with pytest.raises(NothingToApply):
        service.approve(session, nothing.id, by=person, now=now)


def test_a_run_that_is_given_up_is_never_applied(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    person, now = a_staff_member(session).id, database.clock.now()
    run = importing.import_file(database, Kind.COURSES, a_file(tmp_path, [course()]), dry_run=True)

    service.discard(session, run.id, by=person, now=now)

    with pytest.raises(NotChecked):
        service.approve(session, run.id, by=person, now=now)
    assert service.forget_rows(session, run.id, limit=100)
    assert queries.staged(session, run.id, limit=10) == []
