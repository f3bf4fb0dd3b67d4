from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase, Visitor
from tests.factories.imports import an_import, course
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.villages import a_village
from tests.imports.reading.files import LIBRARY, table
from village_hub.activities.models import Activity
from village_hub.imports import queries
from village_hub.imports.models import ImportRun
from village_hub.imports.queries import RunFacts
from village_hub.imports.reading import Kind
from village_hub.kernel.settings import Settings
from village_hub.kernel.signals import WrittenSignal

GOOD = table([course(), course(강좌명="둘째"), course(강좌명="=나쁜", 수강료="-1+2")]).encode("cp949")


@pytest.fixture
def staff(client: Visitor, session: Session) -> Visitor:
    client.set_cookie("language", "en")
    return client.sign_in(a_staff_member(session).id)


def test_a_file_is_read_shown_and_applied_only_on_a_word(
    staff: Visitor, session: Session, drain: Callable[[], int], settings: Settings
) -> None:
    handed = upload(staff, GOOD)
    waiting = staff.get(handed.location).text
    drain()
    shown = staff.get(handed.location).text
    before = session.scalar(select(func.count()).select_from(Activity))
    said = staff.post(f"{handed.location}/approval")
    drain()
    done = staff.get(handed.location).text

    assert (handed.status_code, said.status_code, said.location) == (303, 303, handed.location)
    assert "<progress" in waiting
    assert "처음 배우는 수채화" in shown
    assert "Import these rows" in shown
    assert "“-1+2” is not a number from 0." in shown
    assert before == 0
    assert "The file is imported." in done
    assert session.scalar(select(func.count()).select_from(Activity)) == 2
    assert list((settings.home / "uploads").iterdir()) == []


def test_the_list_of_problems_is_downloaded_in_both_languages_without_formulas(
    staff: Visitor, session: Session, drain: Callable[[], int]
) -> None:
    handed = upload(staff, GOOD)
    drain()

    answer = staff.get(f"{handed.location}/problems.csv")

    assert answer.mimetype == "text/csv"
    [_, row] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row[:3] == ["4", "수강료", "'-1+2"]
    assert "0 이상의 수" in row[3]
    assert row[4] == "“-1+2” is not a number from 0."


@pytest.mark.parametrize(
    ("content", "korean", "english"),
    [
        (b"PK\x03\x04 xl/workbook.xml", "엑셀 파일입니다", "This is an Excel file"),
        (table([LIBRARY]).encode(), "도서관 파일", "This looks like the library file"),
        ("강좌명\n가".encode()[:-1], "끊겼습니다", "cut off"),
        (b"", "비어 있습니다", "The file is empty."),
    ],
)
def test_a_file_that_is_none_is_refused_in_the_reader_s_language(
    staff: Visitor, session: Session, drain: Callable[[], int], content: bytes, korean: str, english: str
) -> None:
    handed = upload(staff, content)
    drain()

    page = staff.get(handed.location).text
    staff.set_cookie("language", "ko")

    assert korean in staff.get(handed.location).text
    assert english in page
    assert "Nothing was changed." in page
    assert "Import these rows" not in page
    assert session.scalar(select(func.count()).select_from(Activity)) == 0


def test_a_file_above_the_limit_is_not_read(
    staff: Visitor, client: Visitor, session: Session, settings: Settings
) -> None:
    sent = GOOD + b"\n" * (settings.import_limit + 100_000)

    answer = upload(staff, sent)

    assert answer.status_code == 413
    assert "The file is larger than" in answer.text
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0
    client.sign_in(a_resident(session).id)
    assert upload(client, sent).status_code == 403


def test_the_form_asks_for_a_kind_and_a_file(staff: Visitor, session: Session) -> None:
    nothing = staff.post("/imports", data={})
    unknown = staff.post("/imports", data={"kind": "people", "file": (io.BytesIO(GOOD), "a.csv")})

    assert (nothing.status_code, unknown.status_code) == (422, 422)
    assert "Please choose a file." in nothing.text
    assert "Please choose what is in the file." in nothing.text


def test_the_same_form_sent_twice_is_one_import(staff: Visitor, session: Session, settings: Settings) -> None:
    first = upload(staff, GOOD, key="one press")
    second = upload(staff, GOOD, key="one press")

    assert second.location == first.location
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 1
    assert len(list((settings.home / "uploads").iterdir())) == 1


def test_a_forged_upload_is_refused(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client: Visitor = app.test_client()  # type: ignore[assignment]
    client.sign_in(a_staff_member(session).id)

    answer = upload(client, GOOD)

    assert answer.status_code == 400
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_a_run_is_given_up(staff: Visitor, session: Session, drain: Callable[[], int]) -> None:
    handed = upload(staff, GOOD)
    drain()

    answer = staff.post(f"{handed.location}/withdrawal")
    drain()

    assert (answer.status_code, answer.location) == (303, "/imports")
    assert staff.post(f"{handed.location}/approval").status_code == 409
    assert [each.state for each in runs(session)] == ["discarded"]


def test_imports_are_for_staff_and_operators(client: Visitor, session: Session) -> None:
    paths = ["/imports", "/imports/new", f"/imports/{a_resident(session).id}"]
    others = [a_resident(session).id, a_manager(session, a_village(session)).id]

    assert [client.get(path).status_code for path in paths] == [303] * 3
    for person_id in others:
        client.sign_in(person_id)
        assert [client.get(path).status_code for path in paths] == [403] * 3
        assert upload(client, GOOD).status_code == 403
    client.sign_in(an_operator(session).id)
    assert [client.get(path).status_code for path in paths] == [200, 200, 404]


def test_whoever_watches_hears_how_far_it_is(staff: Visitor, session: Session, drain: Callable[[], int]) -> None:
    handed = upload(staff, GOOD)
    drain()

    [run] = runs(session)
    heard = session.execute(select(WrittenSignal.stream, WrittenSignal.type, WrittenSignal.payload)).all()
    assert {stream for stream, type_, _ in heard if type_ == "import.changed"} == {"imports"}
    assert all(payload == {"id": str(run.id)} for _, type_, payload in heard if type_ == "import.changed")
    assert "&#34;imports&#34;" in staff.get(handed.location).text


def test_the_pages_ask_as_often_for_many_rows_as_for_few(
    staff: Visitor,
    database: OneConnectionDatabase,
    session: Session,
    tmp_path: Path,
    max_queries: Callable[[int], Any],
) -> None:
    for number in range(12):
        rows = [course(강좌명=f"{number}-{row}") for row in range(12)]
        last = an_import(database, tmp_path, Kind.COURSES, *rows, course(수강료="?"), dry_run=True)

    with max_queries(8):
        index = staff.get("/imports")
    with max_queries(8):
        page = staff.get(f"/imports/{last.id}")

    assert index.text.count("rows.csv") == 12
    assert "11-9" in page.text
    assert "11-10" not in page.text


def upload(client: Visitor, content: bytes, *, key: str = "") -> Any:
    sent = {"kind": "courses", "idempotency_key": key, "file": (io.BytesIO(content), "C:\\내려받기\\강좌.csv")}
    return client.post("/imports", data=sent)


def runs(session: Session) -> list[RunFacts]:
    session.expire_all()
    return queries.runs(session)
