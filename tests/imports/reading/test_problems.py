from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.imports.reading.files import COURSE, refusal, results, table
from village_hub.imports.reading import Code, FileRefused, Kind, RowProblem, explain, problems_csv
from village_hub.imports.reading.reasons import TEMPLATES, TITLES

CATALOGUE = Path(__file__).parents[3] / "village_hub/translations/ko/LC_MESSAGES/imports.po"


def korean(message: str) -> str:
    with CATALOGUE.open("rb") as file:
        found = read_po(file, locale="ko").get(message)
    assert found is not None
    assert not found.fuzzy
    return str(found.string)


def english(message: str) -> str:
    return message


@pytest.mark.parametrize("message", [*TEMPLATES.values(), *TITLES.values()])
def test_every_message_is_told_in_korean_with_the_same_figures(message: str) -> None:
    told = korean(message)

    assert re.search("[가-힣]", told)
    assert set(re.findall(r"%\(\w+\)s", told)) == set(re.findall(r"%\(\w+\)s", message))


def test_every_code_has_its_words() -> None:
    assert set(TEMPLATES) == set(Code)
    assert set(TITLES) == set(Kind)


def test_a_refusal_is_told_with_its_figures_in_both_languages() -> None:
    code, figures = refusal(table([{"도서관명": "솔숲", "소재지도로명주소": "x"}]), expected=Kind.COURSES)
    refused = FileRefused(code, {name: str(value) for name, value in figures.items()})

    assert explain(refused, english) == "This looks like the library file, not the lifelong-learning course file."
    assert explain(refused, korean) == "평생학습강좌 파일 자리이지만 올린 파일은 도서관 파일로 보입니다."


def test_problems_are_listed_with_line_column_value_and_reason_in_both_languages() -> None:
    problems = [p for p in results(table([{**COURSE, "교육시작일자": "봄, 곧"}])) if isinstance(p, RowProblem)]

    content = b"".join(problems_csv(problems, korean, english))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1] == [
        "2",
        "교육시작일자",
        "봄, 곧",
        "“봄, 곧”: 2026-03-02와 같은 날짜가 아닙니다.",
        "“봄, 곧” is not a date such as 2026-03-02.",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_of_the_list_acts_as_a_formula(start: str) -> None:
    problem = RowProblem(2, "수강료", start + "cmd|' /C calc'!A0", Code.EMPTY_ROW, {})

    content = b"".join(problems_csv([problem], english, english)).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(content, newline="")))[1][2] == "'" + problem.value
