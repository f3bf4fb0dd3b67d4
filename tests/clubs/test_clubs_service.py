from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.clubs import a_club
from tests.factories.people import a_manager, a_resident, account_of
from tests.factories.villages import a_village
from village_hub.clubs import policies, queries, service
from village_hub.clubs.errors import (
    ClubIsClosed,
    ClubNameTaken,
    LeadMustBeMember,
    LeadMustHandOver,
    NoSuchClub,
    NotInClub,
)
from village_hub.clubs.service import ClubDetails
from village_hub.kernel.events import RecordedEvent

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_club_has_its_lead_from_the_first_day(session: Session) -> None:
    village, lead = a_village(session), a_resident(session, "김복순").id

    club = a_club(session, village, lead)

    facts = queries.club(session, club)
    assert facts is not None
    assert (facts.village_id, facts.members) == (village, 1)
    assert [(each.name, each.is_lead) for each in queries.members(session, club)] == [("김복순", True)]
    types = session.scalars(select(RecordedEvent.type).where(RecordedEvent.stream == f"club:{club}"))
    assert list(types) == ["club.founded", "club.joined"]


def test_a_name_is_used_once_in_a_village_until_the_club_ends(session: Session) -> None:
    village, lead = a_village(session), a_resident(session).id
    club = a_club(session, village, lead, "사진동아리")
    elsewhere = a_club(session, a_village(session, "다른 마을"), lead, "사진동아리")

    with pytest.raises(ClubNameTaken):
        a_club(session, village, lead, "사진동아리")
    service.close(session, club, on=date(2026, 11, 22), by=lead, now=NOW)
    again = a_club(session, village, lead, "사진동아리")

    assert [each.id for each in queries.clubs_of_village(session, village)] == [again]
    assert {each.id for each in queries.clubs_of(session, lead)} == {again, elsewhere}


def test_a_club_cannot_take_another_ones_name(session: Session) -> None:
    village, lead = a_village(session), a_resident(session).id
    a_club(session, village, lead, "사진동아리")
    club = a_club(session, village, lead, "뜨개질동아리")

    with pytest.raises(ClubNameTaken):
        service.change(session, club, ClubDetails(name="사진동아리"), by=lead, now=NOW)
    service.change(session, club, ClubDetails(name="뜨개질동아리", meets="화요일"), by=lead, now=NOW)

    facts = queries.club(session, club)
    assert facts is not None
    assert (facts.name, facts.meets) == ("뜨개질동아리", "화요일")


def test_joining_twice_is_belonging_once(session: Session) -> None:
    club, person = a_club(session, a_village(session), a_resident(session).id), a_resident(session).id

    service.join(session, club, person, now=NOW)
    service.join(session, club, person, now=NOW)

    facts = queries.club(session, club)
    assert facts is not None
    assert facts.members == 2


def test_the_only_lead_hands_over_before_leaving(session: Session) -> None:
    lead, person = a_resident(session).id, a_resident(session).id
    club = a_club(session, a_village(session), lead)
    service.join(session, club, person, now=NOW)

    with pytest.raises(LeadMustHandOver):
        service.leave(session, club, lead, now=NOW)
    service.name_lead(session, club, person, by=lead, now=NOW)
    service.leave(session, club, lead, now=NOW)

    assert [(each.person_id, each.is_lead) for each in queries.members(session, club)] == [(person, True)]


def test_the_last_member_may_leave(session: Session) -> None:
    lead = a_resident(session).id
    club = a_club(session, a_village(session), lead)

    service.leave(session, club, lead, now=NOW)

    assert queries.members(session, club) == []


def test_only_a_member_leaves_and_only_a_member_leads(session: Session) -> None:
    lead, stranger = a_resident(session).id, a_resident(session).id
    club = a_club(session, a_village(session), lead)

    with pytest.raises(NotInClub):
        service.leave(session, club, stranger, now=NOW)
    with pytest.raises(LeadMustBeMember):
        service.name_lead(session, club, stranger, by=lead, now=NOW)


def test_nobody_joins_a_club_that_has_ended_or_never_was(session: Session) -> None:
    lead, person = a_resident(session).id, a_resident(session).id
    club = a_club(session, a_village(session), lead)
    service.close(session, club, on=date(2026, 11, 22), by=lead, now=NOW)

    with pytest.raises(ClubIsClosed):
        service.join(session, club, person, now=NOW)
    with pytest.raises(NoSuchClub):
        service.join(session, person, person, now=NOW)


def test_the_lead_the_villages_manager_and_nobody_else_change_a_club(session: Session) -> None:
    village, lead = a_village(session), a_resident(session)
    club = a_club(session, village, lead.id)
    member, other = a_resident(session), a_manager(session, a_village(session, "다른 마을"))
    service.join(session, club, member.id, now=NOW)
    facts = queries.club(session, club)
    assert facts is not None

    people = (lead, a_manager(session, village, "박"), member, other, None)
    allowed = [policies.may_change(session, each and account_of(session, each.id), facts) for each in people]

    assert allowed == [True, True, False, False, False]
