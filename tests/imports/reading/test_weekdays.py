from __future__ import annotations

import pytest

from village_hub.imports.reading import Code
from village_hub.imports.reading.cells import CellProblem
from village_hub.imports.reading.weekdays import ClosingDays, Weekdays, closing_days, weekdays


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("월", "월"),
        ("월요일", "월"),
        ("매주 월요일", "월"),
        ("매주월요일", "월"),
        ("목+화", "화+목"),
        ("화·목", "화+목"),
        ("화, 목", "화+목"),
        ("화 목", "화+목"),
        ("화/목", "화+목"),
        ("화요일+목요일", "화+목"),
        ("월수금", "월+수+금"),
        ("월~금", "월+화+수+목+금"),
        ("월요일 ~ 수요일", "월+화+수"),
        ("토-월", "월+토+일"),
        ("평일", "월+화+수+목+금"),
        ("매일", "월+화+수+목+금+토+일"),
        ("토, 일, 공휴일", "토+일+공휴일"),
        ("", ""),
        ("-", ""),
    ],
)
def test_days_of_the_week_are_read_in_every_usual_spelling(text: str, usual: str) -> None:
    read = weekdays(text)

    assert str(read.value) == usual
    assert read.remark is None


@pytest.mark.parametrize(("text", "day"), [("목용일", "목"), ("화여일", "화"), ("금요이", "금"), ("수유일", "수")])
def test_a_slip_of_one_letter_is_repaired_and_noted(text: str, day: str) -> None:
    read = weekdays(f"월+{text}")

    assert str(read.value) == f"월+{day}"
    assert read.remark is not None
    assert dict(read.remark.figures) == {"value": text, "repaired": f"{day}요일"}


@pytest.mark.parametrize("text", ["얼요일", "월말일", "공일", "격주 화요일", "협의", "월+?", "ㅁ", "일일"])
def test_what_could_be_two_days_or_none_is_not_guessed(text: str) -> None:
    with pytest.raises(CellProblem) as problem:
        weekdays(text)

    assert problem.value.code == Code.BAD_WEEKDAY


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("토, 일, 공휴일", ClosingDays(Weekdays((5, 6), True))),
        ("토+일+법정공휴일", ClosingDays(Weekdays((5, 6), True))),
        ("매주금요일", ClosingDays(Weekdays((4,)))),
        ("연중무휴", ClosingDays()),
        ("매달 마지막 월요일", ClosingDays(other=("매달 마지막 월요일",))),
        ("월+매월 둘째, 넷째 화+설날", ClosingDays(Weekdays((0,)), ("매월 둘째, 넷째 화", "설날"))),
        ("", ClosingDays()),
    ],
)
def test_weekly_closing_days_are_read_and_other_rules_kept_in_their_words(text: str, closed: ClosingDays) -> None:
    assert closing_days(text).value == closed
