from __future__ import annotations

import io
import itertools
import zipfile

import pytest

from tests.imports.reading.files import COURSE, DISTRICT, FACILITY, LIBRARY, only, refusal, results, table, upload
from village_hub.imports.reading import Code, CourseRow, FileRefused, Kind, Limits, RowProblem, read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_the_same_row_comes_from_every_spelling_of_a_table(encoding: str, delimiter: str, newline: str) -> None:
    usual = only(CourseRow, table([COURSE]))

    row = only(CourseRow, table([COURSE], delimiter=delimiter).replace("\r\n", newline), encoding)

    assert row == usual
    assert row.content_hash == usual.content_hash


def test_columns_are_known_by_name_in_any_order_and_spacing() -> None:
    columns = [*reversed(COURSE), "비고"]
    header, rest = table([{**COURSE, "비고": "x"}], columns).split("\r\n", 1)

    row = only(CourseRow, header.replace("강좌명", " \ufeff강좌 명 ") + ",,\r\n" + rest.replace("\r\n", ",,\r\n"))

    assert row == only(CourseRow, table([COURSE]))


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks() -> None:
    content = '색,"연필"\r\n그리고 붓'

    rows = results(table([{**COURSE, "강좌내용": content}, {**COURSE, "강좌명": "다음"}]))

    assert [(row.line, row.content) for row in rows if isinstance(row, CourseRow)] == [(2, content), (4, "미술")]


@pytest.mark.parametrize("broken", ['"나"다', '나,"', '"나'])
def test_every_row_after_a_broken_quote_is_still_read(broken: str) -> None:
    content = table([{**COURSE, "강좌명": name} for name in ("가", "나", "다", "라")]).replace("나,", f"{broken},", 1)

    rows = results(content)

    assert [(row.line, row.code) for row in rows if isinstance(row, RowProblem)] == [(3, Code.BROKEN_QUOTES)]
    assert [row.title for row in rows if isinstance(row, CourseRow)] == ["가", "다", "라"]


def test_a_quote_left_open_to_the_end_costs_only_its_own_row() -> None:
    rows = results(table([LIBRARY]) + '솔밭,"주소\r\n' + "한결,주소 1,\r\n솔잎,주소 2,\r\n")

    assert [(row.line, type(row).__name__) for row in rows] == [
        (2, "LibraryRow"),
        (3, "RowProblem"),
        (4, "LibraryRow"),
        (5, "LibraryRow"),
    ]


def test_a_file_of_broken_quotes_is_given_up() -> None:
    content = table([COURSE]) + 'x,"y\r\n"z,\r\n' * 30

    with pytest.raises(FileRefused) as refused:
        list(read(upload(content), limits=Limits(broken_rows=10)))

    assert refused.value.code == Code.TOO_MANY_BROKEN_QUOTES


def test_rows_of_the_wrong_width_are_listed_and_empty_ends_are_not() -> None:
    header, row, _ = table([COURSE]).split("\r\n")
    content = "\r\n".join([header, row + ",,", row + ",x", row.rsplit(",", 1)[0], "," * 24, "", "   "])

    landed, *listed = results(content)

    assert isinstance(landed, CourseRow)
    assert [(p.line, p.code, dict(p.figures)) for p in listed if isinstance(p, RowProblem)] == [
        (3, Code.WRONG_CELL_COUNT, {"expected": 25, "found": 26}),
        (4, Code.WRONG_CELL_COUNT, {"expected": 25, "found": 24}),
        (5, Code.EMPTY_ROW, {}),
    ]


def test_cells_and_rows_beyond_their_limits_are_listed_and_the_next_row_lands() -> None:
    rows = [{**COURSE, "강좌내용": "가" * 101}, {**COURSE, "강좌내용": "나" * 5000}, COURSE]

    long_cell, long_row, landed = read(upload(table(rows)), limits=Limits(cell=100, row=2000))

    assert isinstance(long_cell, RowProblem)
    assert (long_cell.line, long_cell.column, long_cell.code) == (2, "강좌내용", Code.CELL_TOO_LONG)
    assert isinstance(long_row, RowProblem)
    assert (long_row.line, long_row.code, dict(long_row.figures)) == (3, Code.ROW_TOO_LONG, {"limit": 2000})
    assert landed.line == 4


def test_a_file_with_too_many_rows_is_refused() -> None:
    content = table([{**COURSE, "강좌명": str(number)} for number in range(4)])

    landed = list(itertools.islice(read(upload(content), limits=Limits(rows=3)), 3))
    with pytest.raises(FileRefused) as refused:
        list(read(upload(content), limits=Limits(rows=3)))

    assert len(landed) == 3
    assert (refused.value.code, dict(refused.value.figures)) == (Code.TOO_MANY_ROWS, {"limit": 3})


def test_a_file_too_large_is_refused_without_reading_on() -> None:
    stream = upload(table([COURSE] * 10_000))

    with pytest.raises(FileRefused) as refused:
        read(stream, limits=Limits(bytes=100_000))

    assert refused.value.code == Code.TOO_LARGE
    assert stream.tell() == 100_001


def test_a_file_of_exactly_the_limit_is_read() -> None:
    content = table([COURSE]).encode()

    assert len(list(read(upload(content), limits=Limits(bytes=len(content))))) == 1


def workbook(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.EMPTY_FILE),
        (b"\xef\xbb\xbf\r\n \r\n", Code.EMPTY_FILE),
        (workbook("[Content_Types].xml", "xl/workbook.xml"), Code.EXCEL_FILE),
        (workbook("mimetype", "word/document.xml"), Code.OFFICE_DOCUMENT),
        (workbook("courses.csv"), Code.ARCHIVE),
        (b"\x1f\x8b\x08\x00", Code.ARCHIVE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), Code.OFFICE_DOCUMENT),
        (b"%PDF-1.7\n", Code.PDF),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><table>", Code.WEB_PAGE),
        (b"<?xml version='1.0'?>", Code.WEB_PAGE),
        (table([COURSE]).encode("utf-16"), Code.UTF16_TEXT),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(content: bytes, code: Code) -> None:
    assert refusal(content)[0] == code


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "UTF-8"), ("cp949", "CP949")])
def test_a_file_cut_off_inside_a_character_names_the_line(encoding: str, name: str) -> None:
    content = table([{**COURSE, "강좌내용": "두\r\n줄"}, {**COURSE, "데이터기준일자": "끝"}]).encode(encoding)[:-3]

    assert refusal(content) == (Code.CUT_OFF, {"line": 4, "encoding": name})


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp949", "CP949")])
def test_a_broken_character_names_the_line(encoding: str, name: str) -> None:
    content = table([{**COURSE, "강좌명": f"강좌 {number}"} for number in range(3000)]).encode(encoding)
    broken = content.replace("강좌 2500".encode(encoding.removesuffix("-sig")), b"\xff\xff 2500")

    assert refusal(broken) == (Code.BROKEN_CHARACTER, {"line": 2502, "encoding": name})


def test_bytes_that_are_no_text_name_the_line() -> None:
    assert refusal(table([COURSE]) + "x\0") == (Code.NOT_TEXT, {"line": 3})


def test_a_file_of_another_standard_is_named() -> None:
    assert refusal(table([LIBRARY]), expected=Kind.COURSES) == (
        Code.OTHER_STANDARD,
        {"standard": "courses", "found_standard": "libraries"},
    )


@pytest.mark.parametrize(
    ("row", "kind"),
    [(COURSE, "courses"), (FACILITY, "facilities"), (LIBRARY, "libraries"), (DISTRICT, "districts")],
)
def test_each_standard_is_recognised_by_its_header(row: dict[str, str], kind: str) -> None:
    (landed,) = results(table([row]))

    assert not isinstance(landed, RowProblem)
    assert landed.kind == kind


def test_missing_repeated_and_unknown_columns_are_named() -> None:
    without = [name for name in COURSE if name not in ("강좌명", "운영요일")]

    assert refusal(table([COURSE], without)) == (
        Code.MISSING_COLUMNS,
        {"standard": "courses", "columns": "강좌명, 운영요일"},
    )
    assert refusal(table([COURSE], [*COURSE, "강좌명"])) == (Code.DUPLICATE_COLUMNS, {"columns": "강좌명"})
    assert refusal("박물관명,소재지도로명주소,위도\r\n") == (
        Code.UNKNOWN_HEADER,
        {"columns": "박물관명, 소재지도로명주소, 위도"},
    )


def test_a_header_without_rows_is_a_file_of_no_rows() -> None:
    assert results(table([], COURSE)) == []
