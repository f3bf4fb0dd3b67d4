from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.imports.reading.files import COURSE, FACILITY, table, upload
from village_hub.imports.reading import CourseRow, RowProblem, read, write_courses

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
FILES = {
    "own courses": table(
        [COURSE, {**COURSE, "강좌내용": "두\r\n줄"}, {**COURSE, "수강료": "?", "운영요일": "?"}]
    ).encode(),
    "own facilities": table([FACILITY, {**FACILITY, "개방장소명": "2층"}]).encode("cp949"),
    **{path.name: path.read_bytes() for path in sorted(SHARED.glob("*/*.csv"))},
}


@pytest.mark.parametrize("name", FILES)
def test_every_row_of_a_file_lands_or_is_listed(name: str) -> None:
    results = list(read(upload(FILES[name])))

    landed = {row.line for row in results if not isinstance(row, RowProblem)}
    listed = {row.line for row in results if isinstance(row, RowProblem)}
    assert landed
    assert not landed & listed
    assert len(landed) + len(listed) == rows_in(FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_what_landed_from_a_file_is_read_back_from_its_export(name: str) -> None:
    courses = [row for row in read(upload(FILES[name])) if isinstance(row, CourseRow)]
    stream = io.BytesIO()

    write_courses(courses, stream)

    assert list(read(upload(stream.getvalue()))) == courses


def rows_in(content: bytes) -> int:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp949")
    return sum(1 for row in csv.reader(io.StringIO(text, newline="")) if row) - 1
