from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO, TypeVar

from village_hub.imports.reading import AnyRow, Code, FileRefused, Kind, RowProblem, read
from village_hub.imports.reading.standards import STANDARDS

R = TypeVar("R")

COURSE = {
    "강좌명": "처음 배우는 수채화",
    "강사명": "홍**",
    "교육시작일자": "2026-03-02",
    "교육종료일자": "2026-04-20",
    "교육시작시각": "10:00",
    "교육종료시각": "12:00",
    "강좌내용": "미술",
    "교육대상구분": "성인+시니어",
    "교육방법구분": "오프라인",
    "운영요일": "화+목",
    "교육장소": "마을배움터 2층",
    "강좌정원수": "20",
    "수강료": "36,000",
    "교육장도로명주소": "경기도 하남시 신평로 125",
    "운영기관명": "경기도 하남시청",
    "운영기관전화번호": "031-790-5114",
    "접수시작일자": "2026-02-02",
    "접수종료일자": "2026-02-20",
    "접수방법구분": "인터넷+방문접수",
    "선정방법구분": "선착순",
    "홈페이지주소": "www.hanam.go.kr",
    "직업능력개발훈련비지원강좌여부": "N",
    "학점은행제평가(학점)인정여부": "N",
    "평생학습계좌제평가인정여부": "Y",
    "데이터기준일자": "2026-01-31",
}
FACILITY = {
    "개방시설명": "느티마을 주민센터",
    "개방장소명": "3층 강당",
    "휴관일": "토, 일, 공휴일",
    "평일운영시작시각": "09:00",
    "평일운영종료시각": "24:00",
    "주말운영시작시각": "00:00",
    "주말운영종료시각": "00:00",
    "유료사용여부": "Y",
    "소재지도로명주소": "경기도 하남시 신평로 125",
    "위도": "37.54",
    "경도": "127.2",
}
LIBRARY = {"도서관명": "솔숲 작은도서관", "소재지도로명주소": "부산광역시 해운대구 양운로 97", "열람좌석수": "24"}
DISTRICT = {"adm_code10": "4145063000", "sgg_code5": "41450", "sido": "경기도", "sgg": "하남시", "dong": "미사3동"}


def table(rows: Iterable[Mapping[str, str]], columns: Iterable[str] | None = None, delimiter: str = ",") -> str:
    """Rows under a header, as a spreadsheet writes them."""
    rows = list(rows)
    names = list(columns or rows[0])
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue()


def upload(content: str | bytes, encoding: str = "utf-8") -> BinaryIO:
    return io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding))


def results(content: str | bytes, encoding: str = "utf-8") -> list[AnyRow | RowProblem]:
    return list(read(upload(content, encoding)))


def only(kind: type[R], content: str | bytes, encoding: str = "utf-8") -> R:
    (row,) = results(content, encoding)
    assert isinstance(row, kind), row
    return row


def refusal(
    content: str | bytes, encoding: str = "utf-8", expected: Kind | None = None
) -> tuple[Code, dict[str, object]]:
    try:
        list(read(upload(content, encoding), expected))
    except FileRefused as refused:
        return refused.code, dict(refused.figures)
    raise AssertionError("the file was read")


def all_columns(kind: Kind) -> list[str]:
    return [column.name for column in STANDARDS[kind].columns]
