"""Who hears what between a neighbour's wish and the volunteer's hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity, in_days
from tests.factories.feedback import a_held_lecture
from tests.factories.invitations import an_accepted_invitation, an_invitation
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_proposal
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.activities import queries as activities
from village_hub.activities import service as activities_service
from village_hub.invitations import service as invitations_service
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import queries as matching
from village_hub.notifications import queries, service
from village_hub.villages import queries as villages

Drain = Callable[[], int]


def test_a_request_has_its_receipt_with_the_next_date(session: Session, drain: Drain) -> None:
    person = a_neighbour(session)
    request_id = a_request(session, by=person)

    drain()

    (receipt,) = queries.inbox(session, person)
    request = learning_requests.request(session, request_id)
    assert request is not None
    assert request.next_at is not None
    assert receipt.text.startswith("We have received")
    assert receipt.figures["topic"]["en"] != receipt.figures["topic"]["ko"]
    assert receipt.figures["when"] == {"moment": request.next_at.isoformat()}
    assert receipt.link == f"/learning-requests/{request_id}"
    (call,) = queries.to_phone(session, request.village_id, session.info["clock"].now())
    assert call.name == "김복순"


def test_companions_hear_that_a_request_is_gone_and_the_requester_that_neighbours_came(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    person, companion = a_neighbour(session), a_neighbour(session, "이순자")
    request_id = a_request(session, by=person)
    learning_requests_service.join(session, request_id, by=companion, now=clock.now())
    drain()
    learning_requests_service.withdraw(session, request_id, by=person, now=clock.now())
    drain()

    assert "neighbour has joined" in " ".join(texts(session, person))
    assert "was withdrawn" in " ".join(texts(session, companion))
    assert "was withdrawn" not in " ".join(texts(session, person))


def test_everybody_in_an_unserved_request_reads_the_reason(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    person = a_neighbour(session)
    request_id = a_request(session, by=person)
    manager = villages_manager(session)
    learning_requests_service.mark_unserved(session, request_id, words="강사가 없어요", by=manager, now=clock.now())

    drain()

    told = next(each for each in queries.inbox(session, person) if "could not arrange" in each.text)
    assert told.figures["reason"] == "강사가 없어요"


def test_a_promise_that_is_due_calls_its_owner_and_gives_the_requester_a_new_date(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    person = a_neighbour(session)
    a_request(session, by=person)
    drain()
    clock.advance(timedelta(days=8))

    drain()

    assert any("still waits" in each for each in texts(session, villages_manager(session)))
    assert any("takes longer" in each for each in texts(session, person))


def test_a_proposal_waits_with_the_manager_only_where_the_village_approves_it_itself(
    session: Session, drain: Drain
) -> None:
    proposal = a_proposal(session)

    drain()

    assert any("There is a proposal" in each for each in texts(session, manager_of(session, proposal.village_id)))


def test_a_volunteer_is_asked_and_those_who_asked_hear_it_once(session: Session, drain: Drain) -> None:
    asked = an_invitation(session)

    drain()

    assert any("would you teach" in each for each in texts(session, asked.instructor_id))
    member = members_of(session, asked.group_id)[0]
    assert sum("asking an instructor" in each for each in texts(session, member)) == 1


def test_after_a_yes_those_who_asked_hear_it_then_when_and_where_and_of_their_seat_only_once(
    session: Session, drain: Drain
) -> None:
    accepted = an_accepted_invitation(session)
    member = members_of(session, accepted.group_id)[0]

    drain()

    told = texts(session, member)
    assert sum("has said yes" in each for each in told) == 1
    assert sum("is fixed" in each for each in told) == 1
    assert not any("You have a seat in" in each for each in told)
    assert any("You teach" in each for each in texts(session, accepted.instructor_id))
    assert any("has said yes" in each for each in texts(session, manager_of(session, accepted.village_id)))
    fixed = next(each for each in queries.inbox(session, member) if "is fixed" in each.text)
    assert set(fixed.figures) == {"title", "when", "place", "instructor"}


def test_a_question_that_is_no_longer_needed_is_taken_back_kindly(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    asked = an_invitation(session)
    manager = manager_of(session, asked.village_id)
    invitations_service.withdraw(session, asked.id, by=manager, now=clock.now())

    drain()

    told = texts(session, asked.instructor_id)
    assert any("need not answer" in each for each in told)
    assert not any("would you teach" in each for each in told)


def test_another_time_and_a_group_that_nobody_can_teach_go_to_the_manager(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    asked = an_invitation(session)
    manager = manager_of(session, asked.village_id)
    other = asked.starts_at + timedelta(days=1)
    person = asked.instructor_id
    invitations_service.propose_other_time(session, asked.id, starts_at=other, by=person, now=clock.now())
    drain()

    service.group_without_instructor(session, asked.group_id, asked.village_id, now=clock.now())

    told = texts(session, manager)
    assert any("at another time" in each for each in told)
    assert any("nobody can" in each for each in told)


def test_signing_up_waiting_moving_up_and_leaving_are_told(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    village = a_village(session)
    activity = an_activity(session, village, a_manager(session, village).id, seats=1)
    first, second = a_resident(session, "김하나").id, a_resident(session, "이두리").id
    a_seat(session, activity, first)
    a_seat(session, activity, second)
    drain()
    waiting = queries.inbox(session, second)
    activities_service.cancel_enrolment(session, activity, first, now=clock.now())
    drain()

    assert waiting[0].figures["number"] == 1
    assert {text.split(":")[0] for text in texts(session, first)} == {
        "You have a seat in “%(title)s”",
        "You are no longer on the list of “%(title)s”. You can sign up again at any time.",
    }
    assert any("A seat became free" in each for each in texts(session, second))


def test_what_has_been_overtaken_is_not_told_any_more(session: Session, clock: SettableClock, drain: Drain) -> None:
    village, person = a_village(session), a_resident(session).id
    activity = an_activity(session, village, a_manager(session, village).id, seats=1)
    a_seat(session, activity, person)
    activities_service.cancel_enrolment(session, activity, person, now=clock.now())

    drain()

    assert [each[:20] for each in texts(session, person)] == ["You are no longer on"]


def test_a_new_time_is_told_once_and_new_words_alone_do_not_tell_it_again(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    village, person = a_village(session), a_resident(session).id
    manager = a_manager(session, village).id
    activity = an_activity(session, village, manager)
    a_seat(session, activity, person)
    (planned,) = activities.sessions_of(session, activity)
    starts_at = planned.starts_at + timedelta(days=1)
    span = (starts_at, starts_at + timedelta(hours=2))

    activities_service.move_session(session, planned.id, span, by=manager, now=clock.now())
    drain()
    for _ in range(2):
        service.activity_changed(session, activity, now=clock.now())

    assert sum("has changed" in each for each in texts(session, person)) == 1


def test_everybody_concerned_hears_why_an_activity_is_off(session: Session, clock: SettableClock, drain: Drain) -> None:
    village, person, instructor = a_village(session), a_resident(session).id, a_resident(session).id
    manager = a_manager(session, village).id
    activity = an_activity(session, village, manager, instructor_id=instructor)
    a_seat(session, activity, person)
    activities_service.cancel_activity(session, activity, reason="비가 와요", by=manager, now=clock.now())

    drain()

    for each in (person, instructor):
        told = next(each for each in queries.inbox(session, each) if "does not take place" in each.text)
        assert told.figures["reason"] == "비가 와요"
        assert "span" in told.figures["when"]


def test_the_day_before_at_ten_people_with_a_seat_are_reminded_and_others_are_not(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    village, seated, waits = a_village(session), a_resident(session).id, a_resident(session).id
    activity = an_activity(session, village, a_manager(session, village).id, seats=1, starts_at=in_days(session, 3))
    a_seat(session, activity, seated)
    a_seat(session, activity, waits)
    drain()

    clock.advance(timedelta(days=2, minutes=59))
    drain()
    before = texts(session, seated)
    clock.advance(timedelta(minutes=1))
    drain()

    assert not any("Soon" in each for each in before)
    assert sum("Soon" in each for each in texts(session, seated)) == 1
    assert not any("Soon" in each for each in texts(session, waits))


def test_a_reminder_of_a_session_that_was_moved_or_called_off_stays_silent(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    village, person = a_village(session), a_resident(session).id
    manager = a_manager(session, village).id
    moved, off = (an_activity(session, village, manager, starts_at=in_days(session, 3)) for _ in range(2))
    for each in (moved, off):
        a_seat(session, each, person)
    (planned,) = activities.sessions_of(session, moved)
    later = (planned.starts_at + timedelta(days=5), planned.ends_at + timedelta(days=5))
    activities_service.move_session(session, planned.id, later, by=manager, now=clock.now())
    activities_service.cancel_activity(session, off, reason="x", by=manager, now=clock.now())

    clock.advance(timedelta(days=2, hours=1))
    drain()

    assert not any("Soon" in each for each in texts(session, person))


def test_after_a_lecture_those_present_are_asked_and_the_volunteer_is_thanked_in_hours(
    session: Session, clock: SettableClock, drain: Drain
) -> None:
    held = a_held_lecture(session, clock)

    drain()

    for person in held.present:
        assert any("How was" in each for each in texts(session, person))
    assert not any("How was" in each for each in texts(session, held.absent))
    thanks = next(each for each in queries.inbox(session, held.instructor_id) if "Thank you for teach" in each.text)
    assert thanks.figures["time"] == {"minutes": 120}
    assert thanks.link == "/my/giving-back"


def test_repeating_every_consequence_tells_nobody_twice(session: Session, clock: SettableClock, drain: Drain) -> None:
    held = a_held_lecture(session, clock)
    drain()
    before = session.scalar(sa.text("SELECT count(*) FROM notice"))

    for person in held.present:
        service.enrolment_confirmed(session, held.activity_id, person, now=clock.now())
    service.session_completed(session, held.id, now=clock.now())
    service.credit_awarded(session, held.id, held.instructor_id, 120, now=clock.now())

    assert session.scalar(sa.text("SELECT count(*) FROM notice")) == before


def texts(session: Session, person_id: UUID) -> list[str]:
    return [each.text for each in queries.inbox(session, person_id, limit=100)]


def manager_of(session: Session, village_id: UUID) -> UUID:
    return villages.managers(session, village_id, session.info["clock"].now())[0]


def villages_manager(session: Session) -> UUID:
    known = villages.villages(session)
    return manager_of(session, known[0].id if known else a_managed_village(session))


def members_of(session: Session, group_id: UUID) -> list[UUID]:
    people = learning_requests.people_of(session, matching.group_requests(session, group_id))
    return [person for each in people.values() for person in each]
