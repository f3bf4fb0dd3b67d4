from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.imports import DISTRICTS, EXAMPLES, an_import
from tests.imports.reading.files import DISTRICT
from village_hub.imports import queries as imports
from village_hub.imports.reading import Code, Kind
from village_hub.places import queries, service
from village_hub.places.models import Venue, VenueKind
from village_hub.places.queries import VenueFacts

FACILITY, LIBRARY = EXAMPLES[Kind.FACILITIES], EXAMPLES[Kind.LIBRARIES]


def test_districts_bring_their_municipality_and_its_middle(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.DISTRICTS, *DISTRICTS)

    [city] = queries.municipalities(session)
    assert (city.code, city.name, round(city.lon, 6), round(city.lat, 6)) == ("41450", "하남시", 127.2, 37.55)
    assert [each.name for each in queries.districts(session, city.id)] == ["덕풍1동", "미사1동"]


def test_a_district_with_a_new_name_keeps_its_old_one_as_history(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.DISTRICTS, *DISTRICTS)
    [before] = [each for each in queries.districts(session) if each.name == "미사1동"]
    yesterday = database.clock.now().date()
    database.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]

    run = an_import(database, tmp_path, Kind.DISTRICTS, DISTRICTS[0] | {"dong": "미사강변동"}, DISTRICTS[1])

    assert (run.rows_changed, run.rows_same) == (1, 1)
    assert {each.name for each in queries.districts(session)} == {"덕풍1동", "미사강변동"}
    assert queries.district_names(session, [before.id], yesterday) == {before.id: "미사1동"}


def test_a_district_without_a_place_is_listed(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    run = an_import(database, tmp_path, Kind.DISTRICTS, DISTRICT)

    assert (run.rows_new, run.rows_refused) == (0, 1)
    assert [each.code for each in imports.problems(session, run.id)] == [Code.MISSING_VALUE]


def test_a_room_is_placed_in_the_nearest_district_of_the_city_its_address_names(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    far = {"dong": "좌1동", "adm_code10": "2635061000", "sgg_code5": "26350", "sgg": "해운대구", "sido": "부산광역시"}
    an_import(database, tmp_path, Kind.DISTRICTS, *DISTRICTS, DISTRICTS[0] | far)
    beside_the_other = {"위도": "37.541", "경도": "127.209"}

    an_import(database, tmp_path, Kind.FACILITIES, FACILITY | beside_the_other)

    venue = the_venue(session)
    named = {each.id: each.name for each in queries.districts(session)}
    assert venue.district_id is not None
    assert named[venue.district_id] == "덕풍1동"


def test_a_room_without_coordinates_lies_in_the_district_its_address_names_or_is_listed(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.DISTRICTS, *DISTRICTS)
    nowhere = FACILITY | {"위도": "", "경도": ""}

    run = an_import(
        database,
        tmp_path,
        Kind.FACILITIES,
        nowhere | {"소재지도로명주소": "경기도 하남시 신평로 125 (미사1동)"},
        nowhere | {"개방시설명": "어딘가"},
    )

    assert (run.rows_new, run.rows_refused) == (1, 1)
    assert (the_venue(session).lon, the_venue(session).lat) == (127.19, 37.56)
    assert [(each.line, each.column) for each in imports.problems(session, run.id)] == [(3, "위도")]


def test_a_room_has_its_hours_without_the_closing_days_and_says_what_it_costs(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    open_on_weekends = {"휴관일": "월요일", "주말운영시작시각": "10:00", "주말운영종료시각": "17:00"}
    costs = {"사용기준시간": "2", "사용료": "30,000", "초과사용단위시간": "1", "초과사용료": "15000"}

    an_import(
        database,
        tmp_path,
        Kind.FACILITIES,
        FACILITY | open_on_weekends | costs | {"부대시설정보": "빔프로젝터+엘리베이터", "수용가능인원수": "40"},
    )

    venue = the_venue(session)
    assert (venue.label, venue.kind, venue.capacity) == ("느티마을 주민센터 3층 강당", VenueKind.HALL, 40)
    assert venue.fee_text == "2시간 30,000원 (초과 1시간 15,000원)"
    assert (venue.features, venue.equipment) == (("lift",), ("빔프로젝터", "엘리베이터"))
    weekdays = tuple((day, 540, 1440) for day in range(1, 5))
    assert queries.weekly_hours(session, [venue.id])[venue.id] == (*weekdays, (5, 600, 1020), (6, 600, 1020))


def test_a_library_is_a_venue_that_holds_as_many_as_it_has_seats(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    hours = {"평일운영시작시각": "09:00", "평일운영종료시각": "18:00", "휴관일": "수요일"}
    never_filled_in = {"공휴일운영시작시각": "00:00", "공휴일운영종료시각": "23:59"}

    an_import(database, tmp_path, Kind.LIBRARIES, LIBRARY | hours | never_filled_in)

    venue = the_venue(session)
    assert (venue.label, venue.kind, venue.capacity) == ("솔숲 작은도서관", VenueKind.LIBRARY, 24)
    assert [span[0] for span in queries.weekly_hours(session, [venue.id])[venue.id]] == [0, 1, 3, 4]


def test_what_staff_have_said_of_a_venue_stays_where_the_file_says_nothing(
    database: OneConnectionDatabase, tmp_path: Path, session: Session
) -> None:
    an_import(database, tmp_path, Kind.FACILITIES)
    venue_id, now = the_venue(session).id, database.clock.now()
    details = service.venue_details(session, venue_id)
    ticked = {name: getattr(details, name) for name in details.__slots__}
    ticked |= {"features": ("step_free",), "capacity": 30, "active": False}
    service.change_venue(session, venue_id, service.VenueDetails(**ticked), by=venue_id, now=now)

    changed = an_import(database, tmp_path, Kind.FACILITIES, FACILITY | {"부대시설정보": "주차장"})
    only_dated = an_import(database, tmp_path, Kind.FACILITIES, FACILITY | {"부대시설정보": "주차장", "면적": "80"})

    session.expire_all()
    venue = the_venue(session)
    assert (venue.features, venue.capacity, venue.active) == (("step_free", "parking"), 30, False)
    assert (changed.rows_changed, only_dated.rows_changed, only_dated.rows_same) == (1, 0, 1)


def the_venue(session: Session) -> VenueFacts:
    venue_id = session.scalars(select(Venue.id)).one()
    found = queries.venue(session, venue_id)
    assert found is not None
    return found
