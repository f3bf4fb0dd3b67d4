from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from village_hub.imports.reading import cells as cell
from village_hub.imports.reading.addresses import address
from village_hub.imports.reading.cells import Cell, clip
from village_hub.imports.reading.encoding import FileRefused
from village_hub.imports.reading.reasons import Code, Kind
from village_hub.imports.reading.sheet import column_name
from village_hub.imports.reading.weekdays import closing_days, weekdays

Parser = Callable[[str], Cell[object]]


class Need(Enum):
    """Whether a column may be missing, must be there, or must be filled in on every row."""

    OPTIONAL = 0
    COLUMN = 1
    VALUE = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a standard: its name in the file, its field, how it is read, whether it is needed."""

    name: str
    field: str
    parse: Parser = cell.text
    need: Need = Need.OPTIONAL
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A file standard: its columns in the order they are written."""

    kind: Kind
    columns: tuple[Column, ...]

    def placed(self, header: tuple[str, ...]) -> dict[Column, int]:
        """Where each column of the standard stands in a header, in whatever order it comes."""
        places = {_bare(name): place for place, name in enumerate(header)}
        return {
            column: places[name]
            for column in self.columns
            for name in map(_bare, (column.name, *column.aliases))
            if name in places
        }


_PROVIDER = (
    Column("제공기관코드", "provider_code", aliases=("instt_code",)),
    Column("제공기관명", "provider_name", aliases=("instt_nm",)),
)
_REFERENCE = Column("데이터기준일자", "reference_date", cell.day, aliases=("referenceDate",))
_PLACE = (Column("위도", "latitude", cell.latitude), Column("경도", "longitude", cell.longitude))

COURSES = Standard(
    Kind.COURSES,
    (
        Column("강좌명", "title", need=Need.VALUE, aliases=("lctreNm",)),
        Column("강사명", "instructors", cell.names, aliases=("instrctrNm",)),
        Column("교육시작일자", "start_date", cell.day, Need.VALUE, ("edcStartDay",)),
        Column("교육종료일자", "end_date", cell.end_day, Need.COLUMN, ("edcEndDay",)),
        Column("교육시작시각", "start_minute", cell.minute, Need.COLUMN, ("edcStartTime",)),
        Column("교육종료시각", "end_minute", cell.minute, Need.COLUMN, ("edcColseTime",)),
        Column("강좌내용", "content", aliases=("lctreCo",)),
        Column("교육대상구분", "audiences", cell.values, aliases=("edcTrgetType",)),
        Column("교육방법구분", "methods", cell.values, aliases=("edcMthType",)),
        Column("운영요일", "weekdays", weekdays, Need.COLUMN, ("operDay",)),
        Column("교육장소", "place", need=Need.COLUMN, aliases=("edcPlace",)),
        Column("강좌정원수", "capacity", cell.capacity, aliases=("psncpa",)),
        Column("수강료", "fee", cell.money, aliases=("lctreCost",)),
        Column("교육장도로명주소", "address", address, aliases=("edcRdnmadr",)),
        Column("운영기관명", "institution", need=Need.VALUE, aliases=("operInstitutionNm",)),
        Column("운영기관전화번호", "phone", cell.phone, aliases=("operPhoneNumber",)),
        Column("접수시작일자", "application_start", cell.day, aliases=("rceptStartDate",)),
        Column("접수종료일자", "application_end", cell.end_day, aliases=("rceptEndDate",)),
        Column("접수방법구분", "application_methods", cell.values, aliases=("rceptMthType",)),
        Column("선정방법구분", "selection_methods", cell.values, aliases=("slctnMthType",)),
        Column("홈페이지주소", "homepage", cell.web_address, aliases=("homepageUrl",)),
        Column("직업능력개발훈련비지원강좌여부", "training_subsidy", cell.yes_no, aliases=("oadtCtLctreYn",)),
        Column("학점은행제평가(학점)인정여부", "credit_bank", cell.yes_no, aliases=("pntBankAckestYn",)),
        Column("평생학습계좌제평가인정여부", "learning_account", cell.yes_no, aliases=("lrnAcnutAckestYn",)),
        _REFERENCE,
        *_PROVIDER,
    ),
)
FACILITIES = Standard(
    Kind.FACILITIES,
    (
        Column("개방시설명", "name", need=Need.VALUE),
        Column("개방장소명", "place", need=Need.COLUMN),
        Column("개방시설유형구분", "room_type"),
        Column("휴관일", "closing_days", closing_days),
        Column("평일운영시작시각", "weekday_opens", cell.minute),
        Column("평일운영종료시각", "weekday_closes", cell.minute),
        Column("주말운영시작시각", "weekend_opens", cell.minute),
        Column("주말운영종료시각", "weekend_closes", cell.minute),
        Column("유료사용여부", "paid", cell.yes_no),
        Column("사용기준시간", "base_hours", cell.decimal),
        Column("사용료", "fee", cell.money),
        Column("초과사용단위시간", "extra_hours", cell.decimal),
        Column("초과사용료", "extra_fee", cell.money),
        Column("수용가능인원수", "capacity", cell.capacity),
        Column("면적", "area", cell.decimal),
        Column("부대시설정보", "equipment", cell.values),
        Column("신청방법구분", "application_methods", cell.values),
        Column("시설사진정보", "photo"),
        Column("소재지도로명주소", "road_address", address, Need.COLUMN),
        Column("소재지지번주소", "lot_address", address),
        Column("관리기관명", "institution"),
        Column("담당부서명", "department"),
        Column("사용안내전화번호", "phone", cell.phone),
        Column("홈페이지주소", "homepage", cell.web_address),
        *_PLACE,
        _REFERENCE,
        *_PROVIDER,
    ),
)
LIBRARIES = Standard(
    Kind.LIBRARIES,
    (
        Column("도서관명", "name", need=Need.VALUE),
        Column("시도명", "province"),
        Column("시군구명", "municipality"),
        Column("도서관유형", "library_type"),
        Column("휴관일", "closing_days", closing_days),
        Column("평일운영시작시각", "weekday_opens", cell.minute),
        Column("평일운영종료시각", "weekday_closes", cell.minute),
        Column("토요일운영시작시각", "saturday_opens", cell.minute),
        Column("토요일운영종료시각", "saturday_closes", cell.minute),
        Column("공휴일운영시작시각", "holiday_opens", cell.minute),
        Column("공휴일운영종료시각", "holiday_closes", cell.minute),
        Column("열람좌석수", "seats", cell.number),
        Column("자료수(도서)", "books", cell.number),
        Column("자료수(연속간행물)", "serials", cell.number),
        Column("자료수(비도서)", "other_media", cell.number),
        Column("대출가능권수", "loan_count", cell.number),
        Column("대출가능일수", "loan_days", cell.number),
        Column("소재지도로명주소", "address", address, Need.COLUMN),
        Column("운영기관명", "institution"),
        Column("도서관전화번호", "phone", cell.phone),
        Column("부지면적", "site_area", cell.decimal),
        Column("건물면적", "floor_area", cell.decimal),
        Column("홈페이지주소", "homepage", cell.web_address),
        *_PLACE,
        _REFERENCE,
        *_PROVIDER,
    ),
)
DISTRICTS = Standard(
    Kind.DISTRICTS,
    (
        Column("adm_code10", "code", cell.district_code, Need.VALUE),
        Column("sgg_code5", "municipality_code", cell.municipality_code, Need.VALUE),
        Column("sido", "province", need=Need.VALUE),
        Column("sgg", "municipality", need=Need.VALUE),
        Column("dong", "name", need=Need.VALUE),
        Column("dong_official_pop_file", "official_name"),
        Column("centroid_lon", "longitude", cell.longitude),
        Column("centroid_lat", "latitude", cell.latitude),
        Column("pop_total", "population", cell.number),
        Column("pop_m", "men", cell.number),
        Column("pop_f", "women", cell.number),
        Column("pop_under14", "under_14", cell.number),
        Column("pop_65plus", "over_65", cell.number),
        Column("note", "remark"),
    ),
)
STANDARDS: Mapping[Kind, Standard] = {s.kind: s for s in (COURSES, FACILITIES, LIBRARIES, DISTRICTS)}


def recognise(header: tuple[str, ...], expected: Kind | None = None) -> Standard:
    """A header is of a standard when it names all its needed columns, or half of those no other standard has."""
    bare = [_bare(name) for name in header if name]
    if repeated := sorted({name for name in bare if bare.count(name) > 1}):
        raise FileRefused(Code.DUPLICATE_COLUMNS, {"columns": clip(", ".join(repeated))})
    found = max(STANDARDS.values(), key=lambda standard: _likeness(standard, header))
    if _likeness(found, header) < (False, 0.5):
        raise FileRefused(Code.UNKNOWN_HEADER, {"columns": clip(", ".join(header))})
    if expected and found.kind != expected:
        raise FileRefused(Code.OTHER_STANDARD, {"standard": expected, "found_standard": found.kind})
    if missing := _missing(found, header):
        raise FileRefused(Code.MISSING_COLUMNS, {"standard": found.kind, "columns": clip(", ".join(missing))})
    return found


def _likeness(standard: Standard, header: tuple[str, ...]) -> tuple[bool, float]:
    shared = {column.name for other in STANDARDS.values() if other is not standard for column in other.columns}
    own = [column for column in standard.columns if column.name not in shared]
    placed = standard.placed(header)
    return not _missing(standard, header), sum(column in placed for column in own) / len(own)


def _missing(standard: Standard, header: tuple[str, ...]) -> list[str]:
    placed = standard.placed(header)
    return [column.name for column in standard.columns if column.need is not Need.OPTIONAL and column not in placed]


def _bare(name: str) -> str:
    """A column name without the month its figures are of, as in pop_total_2023_09."""
    return re.sub(r"_[0-9]{4}_[0-9]{2}$", "", column_name(name))
