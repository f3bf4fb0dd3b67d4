from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.imports.reading.files import COURSE, DISTRICT, FACILITY, LIBRARY, only, results, table
from village_hub.imports.reading import (
    Code,
    CourseRow,
    DistrictRow,
    FacilityRow,
    Kind,
    LibraryRow,
    RowProblem,
    read_row,
)
from village_hub.imports.reading.cells import Names, Phone
from village_hub.imports.reading.rows import Hours
from village_hub.imports.reading.weekdays import Weekdays

PROVIDER = {"제공기관코드": "4040000", "제공기관명": "경기도 하남시"}


def test_a_course_row_is_read_in_full() -> None:
    row = only(CourseRow, table([{**COURSE, **PROVIDER}]), "cp949")

    assert (row.title, row.instructors, row.weekdays) == ("처음 배우는 수채화", Names(("홍**",)), Weekdays((1, 3)))
    assert (row.start_date, row.end_date, row.hours) == (date(2026, 3, 2), date(2026, 4, 20), Hours(600, 720))
    assert (row.capacity, row.fee, row.phone) == (20, 36000, Phone("031-790-5114", "031-790-5114"))
    assert (row.audiences, row.learning_account, row.credit_bank) == (("성인", "시니어"), True, False)
    assert (row.provider_code, row.provider_name, row.notes) == ("4040000", "경기도 하남시", ())


def test_a_course_with_the_dirt_of_the_field_lands_and_the_repairs_are_noted() -> None:
    dirt = {
        "강사명": "용**+임** 외 4명",
        "교육종료일자": "9999-12-31",
        "운영요일": "목용일",
        "강좌정원수": "0",
        "교육장도로명주소": "서울특별시 강남구 영동대로22",
        "접수시작일자": "",
        "접수종료일자": "",
    }

    row = only(CourseRow, table([{**COURSE, **dirt}]))

    assert (row.instructors, row.end_date, row.weekdays) == (Names(("용**", "임**"), 4), None, Weekdays((3,)))
    assert (row.capacity, row.application_start, row.application_end) == (None, None, None)
    assert row.address == "서울특별시 강남구 영동대로22"
    assert [(note.column, note.code) for note in row.notes] == [
        ("교육종료일자", Code.OPEN_END),
        ("운영요일", Code.WEEKDAY_REPAIRED),
        ("강좌정원수", Code.UNLIMITED),
        ("교육장도로명주소", Code.ADDRESS_SPACING),
    ]


def test_the_course_stays_the_same_when_the_instructor_changes_and_its_content_does_not() -> None:
    first = only(CourseRow, table([COURSE]))

    second = only(
        CourseRow, table([{**COURSE, "강사명": "김**", "운영요일": "목요일,화요일", "강좌명": "처음  배우는 수채화 "}])
    )

    assert second.identity == first.identity
    assert second.content_hash != first.content_hash


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("제공기관코드", "3020000"),
        ("운영기관명", "다른 기관"),
        ("강좌명", "수채화 2"),
        ("교육시작일자", "2026-03-03"),
        ("교육시작시각", "09:00"),
        ("교육장소", "1층"),
        ("운영요일", "화"),
    ],
)
def test_any_part_of_its_identity_makes_another_course(column: str, text: str) -> None:
    first = only(CourseRow, table([COURSE]))

    assert only(CourseRow, table([{**COURSE, column: text}])).identity != first.identity


def test_the_content_hash_stays_the_same_for_ever() -> None:
    row = only(LibraryRow, table([LIBRARY]))

    assert row.content_hash == "75ab782831c2060873caa95aed65e606bd58f8dc55557c2080e23c1c28bfc06f"


def test_a_facility_closes_at_midnight_and_stays_closed_at_weekends() -> None:
    row = only(FacilityRow, table([FACILITY]))

    assert (row.weekday_hours, row.weekend_hours) == (Hours(540, 1440), None)
    assert (row.closing_days.weekly, row.paid) == (Weekdays((5, 6), True), True)
    assert row.identity == ("느티마을 주민센터", "3층 강당", "경기도하남시신평로125")


def test_a_facility_open_until_zero_o_clock_is_open_until_midnight() -> None:
    assert only(FacilityRow, table([{**FACILITY, "평일운영종료시각": "00:00"}])).weekday_hours == Hours(540, 1440)


def test_a_facility_without_a_road_address_is_known_by_its_lot() -> None:
    row = only(
        FacilityRow,
        table([{**FACILITY, "소재지도로명주소": "", "소재지지번주소": "덕풍동 694"}], [*FACILITY, "소재지지번주소"]),
    )

    assert row.identity[2] == "덕풍동694"


def test_a_library_is_read_with_what_its_file_names() -> None:
    row = only(
        LibraryRow,
        table([{**LIBRARY, "건물면적": "2996.75", "토요일운영시작시각": "09:00", "토요일운영종료시각": "17:00"}]),
    )

    assert (row.seats, row.floor_area, row.saturday_hours) == (24, Decimal("2996.75"), Hours(540, 1020))
    assert row.identity == ("솔숲 작은도서관", "부산광역시해운대구양운로97")


def test_a_district_is_known_by_its_code_and_its_figures_by_their_month() -> None:
    row = only(
        DistrictRow,
        table([{**DISTRICT, "pop_total_2025_12": "29,811", "centroid_lon": "127.19", "centroid_lat": "37.55"}]),
    )

    assert (row.identity, row.population, row.latitude, row.longitude) == (("4145063000",), 29811, 37.55, 127.19)


@pytest.mark.parametrize(
    ("row", "change", "column", "code"),
    [
        (COURSE, {"교육종료일자": "2026-03-01"}, "교육종료일자", Code.END_BEFORE_START),
        (COURSE, {"교육종료시각": "09:00"}, "교육종료시각", Code.END_BEFORE_START),
        (COURSE, {"접수종료일자": "2026-02-01"}, "접수종료일자", Code.END_BEFORE_START),
        (COURSE, {"강좌명": " "}, "강좌명", Code.MISSING_VALUE),
        (COURSE, {"교육시작일자": ""}, "교육시작일자", Code.MISSING_VALUE),
        (
            FACILITY,
            {"주말운영시작시각": "10:00", "주말운영종료시각": "09:00"},
            "주말운영종료시각",
            Code.END_BEFORE_START,
        ),
        (FACILITY, {"위도": "127.2", "경도": "127.2"}, "위도", Code.SWAPPED_COORDINATES),
        (FACILITY, {"경도": ""}, "경도", Code.HALF_COORDINATES),
        (LIBRARY, {"열람좌석수": "여러 개"}, "열람좌석수", Code.BAD_NUMBER),
        (DISTRICT, {"centroid_lon": "127.2"}, "centroid_lat", Code.HALF_COORDINATES),
    ],
)
def test_a_row_that_cannot_be_is_listed_under_the_column_to_correct(
    row: dict[str, str], change: dict[str, str], column: str, code: Code
) -> None:
    changed = {**row, **change}

    problem = only(RowProblem, table([changed]))

    assert (problem.line, problem.column, problem.code) == (2, column, code)
    assert problem.value == changed.get(column, "")


def test_all_problems_of_a_row_are_listed_at_once() -> None:
    problems = results(table([{**COURSE, "운영요일": "협의", "수강료": "문의", "교육시작일자": "봄"}]))

    assert [p.column for p in problems if isinstance(p, RowProblem)] == ["교육시작일자", "운영요일", "수강료"]


def test_a_row_that_repeats_another_is_listed_with_the_first_line() -> None:
    first, other, again = results(table([COURSE, {**COURSE, "교육장소": "3층"}, {**COURSE, "강사명": "김**"}]))

    assert isinstance(first, CourseRow)
    assert isinstance(other, CourseRow)
    assert isinstance(again, RowProblem)
    assert (again.line, again.code, dict(again.figures)) == (4, Code.REPEATED_ROW, {"first_line": 2})


def test_a_row_made_from_texts_follows_the_rules_of_the_file() -> None:
    refused = read_row(Kind.COURSES, {**COURSE, "수강료": "문의"})

    assert read_row(Kind.COURSES, COURSE) == only(CourseRow, table([COURSE]))
    assert isinstance(refused, list)
    assert [problem.column for problem in refused] == ["수강료"]
