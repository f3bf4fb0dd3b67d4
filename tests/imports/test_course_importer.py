from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.imports import DISTRICTS, an_import, course
from village_hub.activities import queries
from village_hub.activities.models import Activity, ActivitySession, ActivityState, Kind, SessionState
from village_hub.activities.queries import ActivityFacts, Status
from village_hub.imports.reading import Kind as FileKind

#: The tests' clock says 22 November 2026.
RUNNING = {"교육시작일자": "2026-11-17", "교육종료일자": "2026-12-01", "운영요일": "화"}
COMING = {"교육시작일자": "2026-12-01", "교육종료일자": "2026-12-08", "운영요일": "화"}


def test_a_course_becomes_an_activity_that_says_what_its_row_says(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, FileKind.DISTRICTS, *DISTRICTS)

    an_import(database, tmp_path, FileKind.COURSES, course(강사명="용**+임** 외 4명", **COMING))

    facts = the_course(session, database.clock.now())
    assert (facts.kind, facts.title, facts.host) == (Kind.COURSE, "처음 배우는 수채화", "경기도 하남시청")
    assert (facts.instructor, facts.place, facts.phone) == ("용**, 임** 외 4명", "마을배움터 2층", "031-790-5114")
    assert (facts.seats, facts.fee, facts.homepage) == (20, 36_000, "http://www.hanam.go.kr")
    assert facts.enrol_from == datetime(2026, 2, 1, 15, tzinfo=UTC)
    assert facts.enrol_until == datetime(2026, 2, 20, 15, tzinfo=UTC)
    assert not facts.enrols_here
    assert session.scalars(select(Activity.municipality_id)).one() is not None


def test_a_course_meets_on_each_of_its_weekdays(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, FileKind.COURSES, course(**RUNNING))

    held = session.execute(
        select(ActivitySession.starts_at, ActivitySession.ends_at, ActivitySession.state).order_by(
            ActivitySession.starts_at
        )
    ).all()
    assert held[0] == (
        datetime(2026, 11, 17, 1, tzinfo=UTC),
        datetime(2026, 11, 17, 3, tzinfo=UTC),
        SessionState.COMPLETED,
    )
    assert [(starts.day, state) for starts, _, state in held[1:]] == [(24, "planned"), (1, "planned")]
    assert the_course(session, database.clock.now()).status(database.clock.now()) is Status.RUNNING


@pytest.mark.parametrize(
    ("cells", "sessions"),
    [
        ({"교육시작일자": "2026-12-03", "교육종료일자": "2026-12-03", "운영요일": "월"}, 1),
        ({"교육시작일자": "2026-12-01", "교육종료일자": "9999-12-31"}, 0),
        ({"교육시작일자": "2026-12-01", "교육종료일자": "2099-12-31"}, 0),
        ({"교육시작일자": "2026-12-01", "교육종료일자": "2026-12-31", "운영요일": ""}, 0),
        ({**COMING, "교육시작시각": "00:00", "교육종료시각": "00:00"}, 0),
        ({"교육시작일자": "2026-12-01", "교육종료일자": "2030-12-31", "운영요일": "매일"}, 200),
    ],
)
def test_a_course_whose_days_are_not_all_known_is_shown_by_its_first_and_last_day(
    database: OneConnectionDatabase, tmp_path: Path, session: Session, cells: dict[str, str], sessions: int
) -> None:
    an_import(database, tmp_path, FileKind.COURSES, course(접수시작일자="", 접수종료일자="", **cells))

    facts = the_course(session, database.clock.now())
    assert facts.sessions == sessions
    assert facts.state == ActivityState.SCHEDULED
    assert facts.from_date == (None if sessions == 1 else date.fromisoformat(cells["교육시작일자"]))
    assert facts.until_date == (
        None if sessions == 1 or cells["교육종료일자"] > "2099" else date.fromisoformat(cells["교육종료일자"])
    )


def test_a_course_without_end_is_going_on(database: OneConnectionDatabase, tmp_path: Path, session: Session) -> None:
    now = database.clock.now()

    an_import(database, tmp_path, FileKind.COURSES, course(교육종료일자="9999-12-31", 강좌정원수="0"))

    facts = the_course(session, now)
    assert (facts.status(now), facts.seats) == (Status.RUNNING, None)


def test_a_course_whose_last_day_is_over_has_ended(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(
        database,
        tmp_path,
        FileKind.COURSES,
        course(교육종료일자="2026-11-21"),
        course(강좌명="오늘까지", 교육종료일자="2026-11-22"),
    )

    states = dict(session.execute(select(Activity.title, Activity.state)).all())
    assert states == {"처음 배우는 수채화": ActivityState.ENDED, "오늘까지": ActivityState.SCHEDULED}


def test_sessions_follow_when_the_file_says_other_days(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, FileKind.COURSES, course(**COMING))
    shorter, longer = COMING | {"교육종료일자": "2026-12-01"}, COMING | {"교육종료일자": "2026-12-15"}

    an_import(database, tmp_path, FileKind.COURSES, course(**shorter))
    after_one = planned_days(session)
    an_import(database, tmp_path, FileKind.COURSES, course(**longer))

    assert after_one == [1]
    assert planned_days(session) == [1, 8, 15]
    assert session.scalars(select(Activity.updated_seq)).one() == 2


def the_course(session: Session, now: datetime) -> ActivityFacts:
    session.expire_all()
    [facts] = queries.activities(session, session.scalars(select(Activity.id)).all(), now).values()
    return facts


def planned_days(session: Session) -> list[int]:
    session.expire_all()
    planned = select(ActivitySession.starts_at).where(ActivitySession.state == SessionState.PLANNED)
    return [each.day for each in session.scalars(planned.order_by(ActivitySession.starts_at))]
