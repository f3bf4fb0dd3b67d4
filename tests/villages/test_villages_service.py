from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.people import a_resident, a_staff_member, account_of
from tests.factories.places import LON, a_district, a_municipality
from tests.factories.villages import a_member, a_village
from village_hub.kernel import signals
from village_hub.kernel.events import RecordedEvent
from village_hub.people.policies import manages
from village_hub.villages import queries, service
from village_hub.villages.errors import (
    AlreadyManager,
    NameTaken,
    NoSuchPerson,
    NoSuchVillage,
    NotAManager,
    NotAMember,
    NoVillageYet,
    TermEndsBeforeItStarts,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def told(session: Session, types: str, village_id: UUID) -> list[str]:
    """The facts of a village's stream that begin like this."""
    query = select(RecordedEvent.type).where(RecordedEvent.stream == f"village:{village_id}")
    return [each for each in session.scalars(query.order_by(RecordedEvent.seq)) if each.startswith(types)]


def test_a_village_is_founded_once_under_its_name(session: Session) -> None:
    village = a_village(session, "미사 배움마을")

    with pytest.raises(NameTaken):
        a_village(session, "미사 배움마을")

    assert [each.id for each in queries.villages(session)] == [village]
    assert told(session, "village.founded", village) == ["village.founded"]


def test_a_person_joins_once_and_leaves_once(session: Session) -> None:
    village, person = a_village(session), a_resident(session).id

    a_member(session, village, person)
    a_member(session, village, person)

    assert queries.members(session, village) == [person]
    assert queries.member_counts(session) == {village: 1}
    assert [each.id for each in queries.villages_of(session, person)] == [village]
    service.leave(session, village, person, now=NOW)
    assert not queries.is_member(session, village, person)
    assert queries.villages_of(session, person) == []
    assert told(session, "village.", village)[1:] == ["village.joined", "village.left"]


def test_whoever_left_can_join_again(session: Session) -> None:
    village, person = a_village(session), a_resident(session).id
    a_member(session, village, person)
    service.leave(session, village, person, now=NOW)

    a_member(session, village, person)

    assert queries.is_member(session, village, person)


def test_leaving_a_village_one_does_not_belong_to_is_refused(session: Session) -> None:
    village, person = a_village(session), a_resident(session).id

    with pytest.raises(NotAMember):
        service.leave(session, village, person, now=NOW)


def test_joining_a_village_that_is_not_there_is_refused(session: Session) -> None:
    person = a_resident(session).id

    with pytest.raises(NoSuchVillage):
        service.join(session, person, person, now=NOW)


def test_the_public_stream_hears_of_a_joining_but_never_who(session: Session, database: OneConnectionDatabase) -> None:
    village, person = a_village(session), a_resident(session).id

    with database.write_session() as writing:
        service.join(writing, village, person, now=NOW)

    [heard] = signals.after(session, {f"village:{village}": 0})
    assert (heard.type, heard.payload) == ("village.joined", {"id": str(village)})
    assert len(signals.after(session, {f"board:{village}": 0})) == 1


def test_a_district_is_answered_by_its_own_village_or_else_by_the_nearest(session: Session) -> None:
    near, far = a_district(session, "미사1동"), a_district(session, "감북동", lon=LON + 0.1)
    between = a_district(session, "초이동", lon=LON + 0.07)
    own, other = a_village(session, "미사 마을", district_id=near), a_village(session, "감북 마을", district_id=far)

    assert queries.village_for(session, near) == own
    assert queries.village_for(session, far) == other
    assert queries.village_for(session, between) == other


def test_without_any_village_nobody_answers(session: Session) -> None:
    district = a_district(session)

    with pytest.raises(NoVillageYet):
        queries.village_for(session, district)


def test_a_manager_is_appointed_for_a_term_and_stands_among_the_people_to_call(session: Session) -> None:
    village, person, staff = a_village(session), a_resident(session, "박미경").id, a_staff_member(session).id

    service.appoint_manager(session, village, person, until=NOW + timedelta(days=365), by=staff, now=NOW)

    facts = queries.village(session, village)
    assert facts is not None
    assert queries.to_call(session, facts, NOW) == queries.ToCall(("박미경",), "031-790-1234")
    assert queries.managers(session, village, NOW + timedelta(days=366)) == []
    assert manages(account_of(session, person), village)
    [term] = queries.manager_terms(session, village, NOW)
    assert (term.name, term.ends_at) == ("박미경", NOW + timedelta(days=365))


def test_a_term_can_be_ended_once(session: Session) -> None:
    village, person, staff = a_village(session), a_resident(session).id, a_staff_member(session).id
    service.appoint_manager(session, village, person, by=staff, now=NOW)
    later = NOW + timedelta(hours=1)

    service.end_manager(session, village, person, by=staff, now=later)

    assert queries.managers(session, village, later) == []
    with pytest.raises(NotAManager):
        service.end_manager(session, village, person, by=staff, now=later)


def test_an_appointment_that_makes_no_sense_is_refused(session: Session) -> None:
    village, person, staff = a_village(session), a_resident(session).id, a_staff_member(session).id
    service.appoint_manager(session, village, person, by=staff, now=NOW)

    with pytest.raises(AlreadyManager):
        service.appoint_manager(session, village, person, by=staff, now=NOW)
    with pytest.raises(TermEndsBeforeItStarts):
        service.appoint_manager(session, village, staff, until=NOW, by=staff, now=NOW)
    with pytest.raises(NoSuchPerson):
        service.appoint_manager(session, village, village, by=staff, now=NOW)


def test_choosing_who_asks_is_a_fact_only_when_it_changes(session: Session) -> None:
    village, manager = a_village(session), a_resident(session).id

    service.choose_asking(session, village, False, by=manager, now=NOW)
    service.choose_asking(session, village, True, by=manager, now=NOW)
    service.choose_asking(session, village, True, by=manager, now=NOW)

    facts = queries.village(session, village)
    assert facts is not None
    assert facts.asks_automatically
    assert told(session, "village.asking", village) == ["village.asking_chosen"]


def test_the_base_centre_of_a_district_is_the_nearest(session: Session) -> None:
    city, near, far = a_municipality(session), a_district(session), a_district(session, "감북동", lon=LON + 0.1)
    service.open_centre(session, municipality_id=city, district_id=near, name="미사 거점센터", phone="031-1")
    centre = service.open_centre(session, municipality_id=city, district_id=far, name="감북 거점센터", phone="031-2")

    again = service.open_centre(session, municipality_id=city, district_id=far, name="감북 거점센터", phone="031-3")

    found = queries.centre_for(session, far)
    assert found is not None
    assert (found.id, found.phone) == (centre, "031-3")
    assert again == centre
    assert len(queries.base_centres(session)) == 2
