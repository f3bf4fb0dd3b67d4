from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.people import a_resident, a_staff_member
from tests.factories.places import LAT, LON, a_district, a_municipality, a_venue
from village_hub.kernel.events import RecordedEvent
from village_hub.places import queries, service
from village_hub.places.errors import ClosesBeforeItOpens, NoSuchDistrict, NoSuchVenue, NotOnEarth
from village_hub.places.models import District, VenueHours
from village_hub.places.service import Change, VenueDetails

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HALL = VenueDetails(
    name="덕풍 강당", address="하남시 덕풍로 1", lon=LON, lat=LAT, hours=((0, 540, 720), (0, 780, 1080))
)


def a_dong(session: Session, name: str, since: date, **more: Any) -> service.Written:
    city = a_municipality(session)
    return service.upsert_district(
        session,
        municipality_id=city,
        code="4145058500",
        name=name,
        valid_from=since,
        lon=LON,
        lat=LAT,
        now=NOW,
        **more,
    )


def test_a_city_written_twice_is_one_city(session: Session) -> None:
    first = a_municipality(session)

    again = service.upsert_municipality(session, code="41450", name="하남시", name_en="Hanam", lon=LON, lat=LAT)

    assert again == service.Written(first, Change.SAME)
    assert queries.municipality(session).name_en == "Hanam"


def test_a_district_file_read_twice_changes_nothing(session: Session) -> None:
    first = a_dong(session, "풍산동", date(2021, 4, 1), population=30_000)

    again = a_dong(session, "풍산동", date(2021, 4, 1), population=30_000)
    grown = a_dong(session, "풍산동", date(2021, 4, 1), population=31_000)

    assert (first.change, again.change, grown.change) == (Change.NEW, Change.SAME, Change.CHANGED)
    assert first.id == again.id == grown.id


def test_a_renamed_district_keeps_its_id_and_its_former_name(session: Session) -> None:
    before = a_dong(session, "풍산동", date(2021, 4, 1))

    after = a_dong(session, "미사3동", date(2023, 5, 1))

    assert after == service.Written(before.id, Change.CHANGED)
    assert [each.name for each in queries.districts(session)] == ["미사3동"]
    assert queries.district_names(session, [before.id], date(2023, 4, 30)) == {before.id: "풍산동"}
    assert queries.district_names(session, [before.id], date(2023, 5, 1)) == {before.id: "미사3동"}
    assert queries.district_names(session, [before.id], date(2019, 1, 1)) == {before.id: "풍산동"}


def test_an_older_file_does_not_bring_the_old_name_back(session: Session) -> None:
    district = a_dong(session, "미사3동", date(2023, 5, 1))

    written = a_dong(session, "풍산동", date(2021, 4, 1))

    assert written == service.Written(district.id, Change.SAME)
    assert session.scalar(select(func.count()).select_from(District)) == 1


def test_a_venue_file_read_twice_changes_nothing(session: Session) -> None:
    first = service.upsert_venue(session, "facility:1", HALL, now=NOW)

    again = service.upsert_venue(session, "facility:1", HALL, now=NOW)
    moved = service.upsert_venue(session, "facility:1", replace(HALL, capacity=80), now=NOW)

    assert (first.change, again.change, moved.change) == (Change.NEW, Change.SAME, Change.CHANGED)
    types = session.scalars(select(RecordedEvent.type).where(RecordedEvent.stream == f"venue:{first.id}"))
    assert list(types) == ["venue.added", "venue.changed"]


def test_a_venue_can_close_at_noon_and_open_again(session: Session) -> None:
    venue = service.upsert_venue(session, "facility:1", HALL, now=NOW).id

    assert queries.weekly_hours(session, [venue]) == {venue: ((0, 540, 720), (0, 780, 1080))}


def test_new_hours_replace_the_old_ones(session: Session) -> None:
    staff, venue = a_staff_member(session).id, service.upsert_venue(session, "facility:1", HALL, now=NOW).id

    service.change_venue(session, venue, replace(HALL, hours=((6, 600, 1440),)), by=staff, now=NOW)

    assert queries.weekly_hours(session, [venue]) == {venue: ((6, 600, 1440),)}


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"hours": ((0, 720, 540),)}, ClosesBeforeItOpens),
        ({"hours": ((0, 540, 1441),)}, ClosesBeforeItOpens),
        ({"lat": 200.0}, NotOnEarth),
    ],
)
def test_a_venue_with_impossible_hours_or_place_is_refused(
    session: Session, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    staff = a_staff_member(session).id

    with pytest.raises(refusal):
        service.add_venue(session, replace(HALL, **wrong), by=staff, now=NOW)

    assert session.scalar(select(func.count()).select_from(VenueHours)) == 0


def test_a_venue_nobody_knows_cannot_be_changed(session: Session) -> None:
    staff = a_staff_member(session).id

    with pytest.raises(NoSuchVenue):
        service.change_venue(session, staff, HALL, by=staff, now=NOW)


def test_a_venue_that_can_no_longer_be_taken_is_still_known_but_not_listed(session: Session) -> None:
    venue = a_venue(session, active=False)

    listed = queries.all_venues(session)

    assert listed == []
    facts = queries.venue(session, venue)
    assert facts is not None
    assert facts.label == "미사1동 주민센터 2층 강의실"


def test_a_person_lives_in_the_middle_of_the_district_unless_told_more(session: Session) -> None:
    person, district = a_resident(session).id, a_district(session)

    service.settle(session, person, district, now=NOW)
    first = queries.homes(session, [person])[person]
    service.settle(session, person, district, 127.2, 37.5, now=NOW)
    second = queries.homes(session, [person])[person]

    assert (first.district_name, first.lon, first.lat) == ("미사1동", LON, LAT)
    assert (second.lon, second.lat) == (127.2, 37.5)


def test_nobody_lives_in_a_district_that_is_not_there(session: Session) -> None:
    person = a_resident(session).id

    with pytest.raises(NoSuchDistrict):
        service.settle(session, person, person, now=NOW)


def test_distances_are_metres_along_the_sphere() -> None:
    seoul_to_busan = queries.distance(126.9780, 37.5665, 129.0756, 35.1796)

    assert seoul_to_busan == pytest.approx(325_000, rel=0.01)
    assert queries.distance(LON, LAT, LON, LAT) == 0


def test_the_nearest_district_is_the_one_whose_centre_is_nearest(session: Session) -> None:
    a_district(session, "미사1동")
    far = a_district(session, "감북동", lon=LON + 0.05)

    nearest = queries.nearest_district(queries.districts(session), LON + 0.04, LAT)

    assert nearest is not None
    assert nearest.id == far
