"""Courses as the national course file has them: imported ones cell by cell as they came, our own in its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.activities import queries
from village_hub.activities.models import Activity, ActivityState, Kind, SessionState
from village_hub.activities.queries import ActivityFacts, SessionFacts
from village_hub.imports.reading import CourseRow, read_row
from village_hub.imports.reading import Kind as FileKind
from village_hub.imports.reading.weekdays import Weekdays
from village_hub.places import queries as places
from village_hub.villages import queries as villages


def courses(session: Session, *, now: datetime) -> Iterator[CourseRow]:
    """Every course that is not called off: first those from files, then our own."""
    query = select(Activity.source).where(Activity.kind == Kind.COURSE, Activity.source_key.is_not(None))
    going_on = query.where(Activity.state != ActivityState.CANCELLED).order_by(Activity.created_at, Activity.id)
    for source in session.scalars(going_on):
        yield _row(source or {})
    yield from (row for _, row in own_courses(session, now=now))


def own_courses(session: Session, *, now: datetime) -> Iterator[tuple[UUID, CourseRow]]:
    """The courses that villages hold themselves and that have dates."""
    own = (Activity.kind == Kind.COURSE, Activity.source_key.is_(None), Activity.state != ActivityState.CANCELLED)
    ids = session.scalars(select(Activity.id).where(*own).order_by(Activity.created_at, Activity.id)).all()
    found = queries.activities(session, ids)
    dated = queries.sessions_of_many(session, found)
    hosts = {each.id: each.name for each in villages.villages(session)}
    zone, cities = city_zone(session), places.municipalities(session)
    city = cities[0].name if cities else ""
    for course in found.values():
        held = [each for each in dated.get(course.id, []) if each.state != SessionState.CANCELLED]
        if held:
            host = " ".join(filter(None, (city, hosts.get(course.village_id) if course.village_id else "")))
            yield course.id, _row(_cells(course, held, host or course.title, zone, now))


def city_zone(session: Session) -> ZoneInfo:
    """The zone whose clock the file is written by."""
    cities = places.municipalities(session)
    return ZoneInfo(cities[0].time_zone if cities else "Asia/Seoul")


def _row(cells: dict[str, str]) -> CourseRow:
    """The row as a file would have it; a cell that the standard cannot say stays empty."""
    row = read_row(FileKind.COURSES, cells)
    if isinstance(row, list):
        row = read_row(FileKind.COURSES, cells | dict.fromkeys((each.column for each in row), ""))
    if not isinstance(row, CourseRow):
        raise ValueError(f"this course cannot be written: {row}")
    return row


def _cells(course: ActivityFacts, held: list[SessionFacts], host: str, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    local = [(each.starts_at.astimezone(zone), each.ends_at.astimezone(zone)) for each in held]
    hours = Counter((f"{starts:%H:%M}", f"{ends:%H:%M}") for starts, ends in local)
    starts, ends = min(hours, key=lambda each: (-hours[each], each))
    weekdays = Weekdays(tuple(sorted({start.weekday() for start, _ in local})))
    until = course.enrol_until and (course.enrol_until.astimezone(zone) - timedelta(seconds=1)).date()
    cells = {
        "강좌명": " ".join(course.title.split()),
        "강사명": course.instructor,
        "교육시작일자": local[0][0].date().isoformat(),
        "교육종료일자": local[-1][0].date().isoformat(),
        "교육시작시각": starts,
        "교육종료시각": "24:00" if ends == "00:00" else ends,
        "강좌내용": course.description,
        "교육방법구분": "오프라인",
        "운영요일": str(weekdays),
        "교육장소": course.place,
        "강좌정원수": str(course.seats or 0),
        "수강료": str(course.fee),
        "교육장도로명주소": course.venue.address if course.venue else course.address,
        "운영기관명": host,
        "운영기관전화번호": course.phone,
        "접수시작일자": _day(course.enrol_from.astimezone(zone).date() if course.enrol_from else None),
        "접수종료일자": _day(until or None),
        "접수방법구분": "인터넷",
        "선정방법구분": "선착순",
        "직업능력개발훈련비지원강좌여부": "N",
        "학점은행제평가(학점)인정여부": "N",
        "평생학습계좌제평가인정여부": "N",
        "데이터기준일자": now.astimezone(zone).date().isoformat(),
    }
    return {name: text for name, text in cells.items() if text}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
