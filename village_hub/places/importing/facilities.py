"""What a row of the open-facility file says about a room."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from village_hub.imports.reading import FacilityRow
from village_hub.places.importing.hours import week
from village_hub.places.models import Feature, VenueKind

#: The first kind whose word stands in the room's type, name or facility.
_KINDS = (
    (VenueKind.SPORTS, ("체육", "운동장", "탁구", "헬스", "풋살", "축구", "농구", "배드민턴", "수영", "테니스")),
    (VenueKind.HALL, ("강당", "공연장", "대공연", "소극장")),
    (VenueKind.CLASSROOM, ("강의실", "교육장", "교육실", "교실", "컴퓨터실", "실습실")),
    (VenueKind.MEETING_ROOM, ("회의실", "세미나", "다목적실", "회의장", "사랑방", "동아리")),
    (VenueKind.LIBRARY, ("도서관",)),
    (VenueKind.OUTDOORS, ("광장", "공원", "캠핑", "야외", "주차장")),
)
_FEATURES = (
    (Feature.LIFT, ("엘리베이터", "엘레베이터", "승강기")),
    (Feature.STEP_FREE, ("경사로", "무단차")),
    (Feature.ACCESSIBLE_TOILET, ("장애인화장실", "장애인 화장실")),
    (Feature.HEARING_LOOP, ("보청", "자기루프", "히어링루프")),
    (Feature.PARKING, ("주차",)),
)


def facility_details(row: FacilityRow) -> dict[str, Any]:
    """Name and room, hours without the closing days, what it costs and what is there."""
    address = row.road_address or row.lot_address
    return {
        "name": row.name,
        "room": _room(row.name, row.place),
        "kind": _kind((row.place, row.room_type, row.name)),
        "address": address,
        "also": f"{row.lot_address} {row.provider_name}",
        "capacity": row.capacity,
        "features": [each for each, words in _FEATURES if _names_one(words, row.equipment)],
        "equipment": list(row.equipment),
        "phone": row.phone.number if row.phone else "",
        "fee_text": _fee(row),
        "hours": week(row.closing_days, row.weekday_hours, row.weekend_hours, row.weekend_hours),
    }


def _room(name: str, place: str) -> str:
    """The room without the facility's name, which stands before it anyway."""
    return "" if place in name else place.removeprefix(name).strip(" -,·")


def _kind(texts: Iterable[str]) -> VenueKind:
    return next((kind for text in texts for kind, words in _KINDS if _names_one(words, [text])), VenueKind.OTHER)


def _names_one(words: Iterable[str], texts: Iterable[str]) -> bool:
    texts = list(texts)
    return any(word in text for word in words for text in texts)


def _fee(row: FacilityRow) -> str:
    if row.paid is False or (row.fee == 0 and not row.extra_fee):
        return "무료"
    if row.fee is None:
        return "유료" if row.paid else ""
    words = f"{_hours(row.base_hours)}{row.fee:,}원"
    return f"{words} (초과 {_hours(row.extra_hours)}{row.extra_fee:,}원)" if row.extra_fee else words


def _hours(number: Decimal | None) -> str:
    return f"{number.normalize():f}시간 " if number else ""
