from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.reading.files import COURSE, all_columns, only, results, table, upload
from village_hub.imports.reading import (
    CourseRow,
    Kind,
    RowProblem,
    Unmappable,
    UnmappableCharacters,
    read,
    read_row,
    write_courses,
)

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
HANGUL = st.text("가나다라힣 ABC·,+\"'\r\n\t=@-", max_size=20)


def cells(words: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "강좌명": words.filter(str.strip),
            "교육시작일자": st.dates(date(1900, 1, 1)).map(str),
            "교육종료일자": st.sampled_from(["", "9999-12-31", "99991231"]),
            "운영요일": st.sampled_from(["", "월", " 목용일", "화 + 목", "토, 일, 공휴일"]),
            "강좌정원수": st.sampled_from(["", "0", "1,000", " 20명"]),
            "운영기관명": words.filter(str.strip),
            "제공기관코드": st.sampled_from(["", "4040000"]),
        },
        optional={"강사명": words, "강좌내용": words, "교육장소": words, "교육장도로명주소": words},
    )


def rows(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[CourseRow]]:
    return st.lists(cells(words).map(course), max_size=4, unique_by=lambda row: row.identity)


def course(texts: dict[str, str]) -> CourseRow:
    row = read_row(Kind.COURSES, texts)
    assert isinstance(row, CourseRow)
    return row


def written(courses: list[CourseRow], encoding: str) -> bytes:
    stream = io.BytesIO()
    write_courses(courses, stream, "cp949" if encoding == "cp949" else "utf-8-sig")
    return stream.getvalue()


@given(rows(WORDS))
def test_an_export_read_back_gives_the_same_rows(courses: list[CourseRow]) -> None:
    back = list(read(upload(written(courses, "utf-8-sig"))))

    assert back == courses
    assert [row.content_hash for row in back if isinstance(row, CourseRow)] == [row.content_hash for row in courses]


@given(rows(HANGUL))
def test_an_export_in_cp949_read_back_gives_the_same_rows(courses: list[CourseRow]) -> None:
    assert list(read(upload(written(courses, "cp949")))) == courses


def test_an_export_has_the_columns_of_the_standard_a_byte_order_mark_and_crlf() -> None:
    course = only(CourseRow, table([{**COURSE, "강좌내용": "=1+1"}]))

    content = written([course], "utf-8-sig")

    assert content == b"\xef\xbb\xbf" + table([{**COURSE, "강좌내용": "=1+1"}]).encode()


def test_an_export_of_a_merged_file_keeps_its_two_more_columns() -> None:
    merged = {**COURSE, "제공기관코드": "4040000", "제공기관명": "경기도 하남시"}
    content = table([merged, {**COURSE, "강좌명": "둘째"}], all_columns(Kind.COURSES))

    courses = [row for row in results(content) if isinstance(row, CourseRow)]

    assert written(courses, "cp949") == content.encode("cp949")


def test_characters_that_cp949_lacks_are_all_reported_and_nothing_is_written() -> None:
    course = only(CourseRow, table([{**COURSE, "강좌명": "수채화 😀𝒳😀", "강사명": "홍**,\xa0김**"}]))
    other = only(CourseRow, table([COURSE]))
    stream = io.BytesIO()

    with pytest.raises(UnmappableCharacters) as refused:
        write_courses([other, course], stream, "cp949")

    assert refused.value.found == (
        Unmappable(2, "강좌명", "😀"),
        Unmappable(2, "강좌명", "𝒳"),
        Unmappable(2, "강사명", "\xa0"),
    )
    assert stream.getvalue() == b""


def test_a_row_that_was_listed_is_not_among_those_exported() -> None:
    landed = results(table([COURSE, {**COURSE, "수강료": "문의"}]))

    courses = [row for row in landed if isinstance(row, CourseRow)]

    assert [type(row) for row in landed] == [CourseRow, RowProblem]
    assert list(read(upload(written(courses, "utf-8-sig")))) == courses
