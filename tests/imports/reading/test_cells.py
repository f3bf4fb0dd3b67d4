from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from village_hub.imports.reading import Code, cells
from village_hub.imports.reading.addresses import address
from village_hub.imports.reading.cells import Cell, CellProblem, Names


@pytest.mark.parametrize(
    "text",
    ["2026-04-08", "2026.04.08", "2026. 4. 8.", "20260408", " 2026/4/8 ", "２０２６-04-08", "2026-04-08 00:00:00"],
)
def test_a_date_is_read_in_every_usual_spelling(text: str) -> None:
    assert cells.day(text) == Cell(date(2026, 4, 8))


@pytest.mark.parametrize("text", ["2099-12-31", "9999-12-31", "99991231"])
def test_a_far_end_date_is_no_end_and_says_so(text: str) -> None:
    read = cells.end_day(text)

    assert read.value is None
    assert read.remark is not None
    assert read.remark.code == Code.OPEN_END


def test_an_end_date_within_sight_is_kept() -> None:
    assert cells.end_day("2099-12-30") == Cell(date(2099, 12, 30))


@pytest.mark.parametrize(
    ("text", "minutes"), [("09:30", 570), ("9:30", 570), ("00:00", 0), ("24:00", 1440), ("10:00:00", 600), ("", None)]
)
def test_a_time_is_minutes_since_midnight(text: str, minutes: int | None) -> None:
    assert cells.minute(text) == Cell(minutes)


@pytest.mark.parametrize(
    ("text", "value"), [("1,234,567", 1234567), ("16", 16), ("16.0", 16), ("20명", 20), ("", None), ("-", None)]
)
def test_a_number_may_carry_separators_and_a_unit(text: str, value: int | None) -> None:
    assert cells.number(text) == Cell(value)


def test_a_decimal_is_kept_exactly() -> None:
    assert cells.decimal("2,996.75") == Cell(Decimal("2996.75"))


def test_a_capacity_of_zero_is_unlimited_and_says_so() -> None:
    read = cells.capacity("0")

    assert read.value is None
    assert read.remark is not None
    assert read.remark.code == Code.UNLIMITED


@pytest.mark.parametrize(("text", "won"), [("72,000원", 72000), ("₩72000", 72000), ("무료", 0), ("0", 0)])
def test_money_is_whole_won(text: str, won: int) -> None:
    assert cells.money(text) == Cell(won)


@pytest.mark.parametrize(("text", "value"), [("Y", True), ("y ", True), ("N", False), ("아니오", False), ("", None)])
def test_yes_and_no_are_read_in_either_case(text: str, value: bool | None) -> None:
    assert cells.yes_no(text) == Cell(value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("02-3423-7955", "02-3423-7955"),
        ("02)788-4292", "02-788-4292"),
        ("0317907979", "031-790-7979"),
        ("031.790.7979", "031-790-7979"),
        ("1588 1234", "1588-1234"),
        ("0507-1234-5678", "0507-1234-5678"),
        ("010-1234-5678", "010-1234-5678"),
        ("국번없이 120", "120"),
        ("02-2199-8708~9 (내선 12)", "02-2199-8708"),
    ],
)
def test_a_phone_number_is_grouped_and_its_text_kept(text: str, number: str) -> None:
    read = cells.phone(text).value

    assert read is not None
    assert (read.number, read.raw) == (number, text)


@pytest.mark.parametrize(
    "text", ["초등학생+중학생", "초등학생·중학생", "초등학생, 중학생", "초등학생+ 중학생+초등학생"]
)
def test_several_values_are_split_and_count_once(text: str) -> None:
    assert cells.values(text) == Cell(("초등학생", "중학생"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("용**+임** 외 4명", Names(("용**", "임**"), 4)),
        ("강** 외", Names(("강**",), None)),
        ("변**,\xa0미*** 나**", Names(("변**", "미*** 나**"), 0)),
        ("외*국", Names(("외*국",), 0)),
        ("", Names()),
    ],
)
def test_names_are_split_and_the_others_counted(text: str, names: Names) -> None:
    assert cells.names(text) == Cell(names)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("www.longlearn.go.kr", "http://www.longlearn.go.kr"),
        ("HTTPS://a.kr/b?c=한글", "https://a.kr/b?c=한글"),
        ("없음", None),
    ],
)
def test_a_web_address_without_a_scheme_is_http(text: str, url: str | None) -> None:
    assert cells.web_address(text) == Cell(url)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("서울특별시 강남구 영동대로22", "서울특별시 강남구 영동대로 22"),
        ("서울특별시 강남구 논현로 131길 40", "서울특별시 강남구 논현로131길 40"),
        ("경기도하남시신평로125-1", "경기도 하남시 신평로 125-1"),
        ("전라남도순천시  중앙로 1", "전라남도 순천시 중앙로 1"),
        ("부산광역시 해운대구 양운로97 (좌동)", "부산광역시 해운대구 양운로 97 (좌동)"),
    ],
)
def test_unusual_spacing_of_an_address_is_noted_and_not_changed(text: str, usual: str) -> None:
    read = address(text)

    assert read.value == text
    assert read.remark is not None
    assert read.remark.figures["repaired"] == usual


@pytest.mark.parametrize(
    "text",
    ["서울특별시 용산구 신흥로3가길 21-7", "경기도 하남시 신평로 125", "서울특별시 용산구 원효로1동 12", "", "온라인"],
)
def test_a_usual_address_is_left_without_a_note(text: str) -> None:
    assert address(text) == Cell(text)


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (cells.day, "2026-02-30", Code.BAD_DATE),
        (cells.day, "46120", Code.BAD_DATE),
        (cells.day, "상시", Code.BAD_DATE),
        (cells.day, "0026-01-01", Code.BAD_DATE),
        (cells.minute, "24:01", Code.BAD_TIME),
        (cells.minute, "10:60", Code.BAD_TIME),
        (cells.minute, "오전", Code.BAD_TIME),
        (cells.number, "-5", Code.BAD_NUMBER),
        (cells.number, "1.5", Code.BAD_NUMBER),
        (cells.number, "1,23", Code.BAD_NUMBER),
        (cells.number, "9" * 5000, Code.NUMBER_TOO_LARGE),
        (cells.yes_no, "?", Code.BAD_YES_NO),
        (cells.phone, "전화 문의", Code.BAD_PHONE),
        (cells.phone, "123-45", Code.BAD_PHONE),
        (cells.web_address, "javascript:alert(1).x", Code.BAD_WEB_ADDRESS),
        (cells.web_address, "javascript://a.kr/%0aalert(1)", Code.BAD_WEB_ADDRESS),
        (cells.web_address, "누리집 참고", Code.BAD_WEB_ADDRESS),
        (cells.latitude, "127.2", Code.SWAPPED_COORDINATES),
        (cells.longitude, "37.5", Code.SWAPPED_COORDINATES),
        (cells.latitude, "51.5", Code.OUTSIDE_KOREA),
        (cells.longitude, "0", Code.OUTSIDE_KOREA),
        (cells.district_code, "4145", Code.BAD_DISTRICT_CODE),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(parse: Callable[[str], object], text: str, code: Code) -> None:
    with pytest.raises(CellProblem) as problem:
        parse(text)

    assert problem.value.code == code
