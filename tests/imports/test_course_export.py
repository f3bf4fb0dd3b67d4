from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.activities import an_activity, in_days
from tests.factories.imports import a_file, an_import, course
from tests.factories.people import a_manager
from tests.factories.villages import a_village
from village_hub.activities import exporting, service
from village_hub.imports.importing import import_file
from village_hub.imports.reading import CourseRow, Kind, UnmappableCharacters, read, write_courses
from village_hub.kernel.db import Database

REAL = sorted((Path(__file__).parents[2].parent / "shared" / "data" / "courses").glob("*.csv"))
OWN_ROWS = [
    course(),
    course(강좌명="두\r\n줄", 강좌내용='"인용", 쉼표', 교육종료일자="9999-12-31", 강좌정원수="0"),
    course(강좌명="=1+1"),
]


@pytest.mark.parametrize("real", [None, *REAL], ids=lambda path: path.name if path else "own rows")
def test_an_export_is_read_back_to_the_same_rows_and_changes_nothing(
    database: OneConnectionDatabase, own_database: Database, tmp_path: Path, real: Path | None
) -> None:
    source = real or a_file(tmp_path, OWN_ROWS)
    import_file(database, Kind.COURSES, source)

    exported = tmp_path / "exported.csv"
    exported.write_bytes(export(database))
    again = import_file(database, Kind.COURSES, exported)
    elsewhere = import_file(own_database, Kind.COURSES, exported)

    with source.open("rb") as file:
        rows = {each.identity: each.raw for each in read(file) if isinstance(each, CourseRow)}
    assert (again.rows_new, again.rows_changed, again.rows_same) == (0, 0, len(rows))
    assert elsewhere.rows_new == len(rows)
    assert {each.identity: each.raw for each in exported_rows(own_database)} == rows


def test_a_village_s_own_course_is_exported_and_never_taken_for_another_one(
    database: OneConnectionDatabase, own_database: Database, tmp_path: Path, session: Session
) -> None:
    village = a_village(session)
    a_course(session, village, phone="전화 주세요", seats=12)
    a_course(session, village, kind="festival")
    exported = tmp_path / "exported.csv"

    exported.write_bytes(export(database))
    here = import_file(database, Kind.COURSES, exported)
    elsewhere = import_file(own_database, Kind.COURSES, exported)

    [row] = exported_rows(own_database)
    assert (row.title, row.capacity, row.phone, str(row.weekdays)) == ("하모니카 첫걸음", 12, None, "수")
    assert (row.hours and row.hours.opens, row.place) == (11 * 60, "마을 회관 앞")
    assert (here.rows_new, here.rows_changed, here.rows_same) == (0, 0, 1)
    assert elsewhere.rows_new == 1


def test_a_cancelled_course_is_not_exported(database: OneConnectionDatabase, session: Session) -> None:
    village = a_village(session)
    activity = a_course(session, village)
    manager, now = a_manager(session, village).id, database.clock.now()

    service.cancel_activity(session, activity, reason="강사님이 아프세요", by=manager, now=now)

    assert exported_rows(database) == []


def test_what_cp949_cannot_say_is_reported_and_never_dropped(database: OneConnectionDatabase, tmp_path: Path) -> None:
    an_import(database, tmp_path, Kind.COURSES, course(강좌명="커피 ☕ 한 잔"))

    with pytest.raises(UnmappableCharacters) as lost:
        write_courses(exported_rows(database), io.BytesIO(), "cp949")

    assert [(each.row, each.column, each.character) for each in lost.value.found] == [(1, "강좌명", "☕")]


def a_course(session: Session, village: UUID, **details: Any) -> UUID:
    given: dict[str, Any] = {
        "title": "하모니카 첫걸음",
        "kind": "course",
        "starts_at": in_days(session, 3),
        "times": 4,
    } | details
    return an_activity(session, village, a_manager(session, village).id, **given)


def exported_rows(database: Database) -> list[CourseRow]:
    with database.read_session() as session:
        return list(exporting.courses(session, now=database.clock.now()))


def export(database: Database) -> bytes:
    stream = io.BytesIO()
    write_courses(exported_rows(database), stream)
    return stream.getvalue()
