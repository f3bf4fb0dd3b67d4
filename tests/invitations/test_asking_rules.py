"""How the rules of asking reach the people: whom, how often, and never at night."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.invitations import look
from tests.factories.learning_requests import a_neighbour, a_request
from tests.factories.matching import a_proposal, a_run
from tests.factories.places import a_venue
from village_hub.invitations import errors, queries, service
from village_hub.invitations.models import Invitation, QuestionPlace, Reason
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.learning_requests import queries as learning_request_queries
from village_hub.learning_requests import service as learning_requests
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.talents import queries as talents
from village_hub.talents import service as talents_service

SPAN = timedelta(hours=3)


def rules(session: Session, **otherwise: object) -> None:
    learning_requests.set_rules(session, valid_from=session.info["clock"].now().date(), rules=otherwise)
    session.flush()


def another_group(session: Session) -> matching.ProposalFacts:
    """Five more neighbours who want the same, and what is proposed to them."""
    known = {each.id for each in proposals(session)}
    a_venue(session, "또 하나의 방")
    a_request(session, by=a_neighbour(session, f"이웃{len(known)}"), number=5)
    a_run(session)
    return next(each for each in proposals(session) if each.id not in known)


def fall_apart(session: Session, proposal: matching.ProposalFacts) -> None:
    """Nobody of the group wants it any more, so that its instructor and hour are free."""
    now = session.info["clock"].now()
    for each in learning_request_queries.requests(session, proposal.request_ids).values():
        learning_requests.withdraw(session, each.id, by=each.requester_id, now=now)
        matching_service.look_after_group(session, each.id, now=now)


def proposals(session: Session) -> list[matching.ProposalFacts]:
    ids = session.scalars(sa.text("SELECT id FROM proposal WHERE state <> 'dropped'")).all()
    return list(matching.proposals(session, [UUID(str(each)) for each in ids]).values())


def wants_to_teach(session: Session, instructor_id: UUID, times: int) -> None:
    """So many times a week, from now on."""
    offer = talents.offer_of(session, instructor_id)
    assert offer is not None
    now, terms = session.info["clock"].now(), talents_service.Terms(lon=offer.lon, lat=offer.lat, cap_per_week=times)
    topics = {topic: list(levels) for topic, levels in offer.topics.items()}
    talents_service.offer(session, instructor_id, topics=topics, weekly=offer.weekly, terms=terms, now=now)
    session.flush()


def remember(session: Session, proposal: matching.ProposalFacts, instructor_id: UUID, state: str, times: int) -> None:
    """Questions that the instructor has answered so some time ago."""
    ago = session.info["clock"].now() - timedelta(days=40)
    for number in range(times):
        session.add(
            Invitation(
                id=UUID(int=instructor_id.int ^ (number + 1)), proposal_id=proposal.id, group_id=proposal.group_id,
                instructor_id=instructor_id, village_id=proposal.village_id, starts_at=ago, ends_at=ago + SPAN,
                venue_id=proposal.venue_id, state=state, deadline=ago, asked_at=ago - timedelta(hours=20),
                answered_at=ago if state == "declined" else None, reason_words="",
                reason_code=Reason.NO_TIME if state == "declined" else None,
            )
        )  # fmt: skip
    session.flush()


def asked(session: Session, proposal: matching.ProposalFacts, **by: Any) -> list[UUID]:
    """Whom a question goes to."""
    ids = service.invite(session, proposal.id, now=session.info["clock"].now(), **by)
    return [look(session, each).instructor_id for each in ids]


def test_who_never_answers_is_asked_after_the_next_best_unless_somebody_chose_them(session: Session) -> None:
    before = a_proposal(session, volunteers=2)
    rules(session, ask_at_once=1)
    best, next_best = before.instructor_id, before.alternatives[0]
    remember(session, before, best, "expired", times=8)
    fall_apart(session, before)
    proposal = another_group(session)
    assert {proposal.instructor_id, *proposal.alternatives} == {best, next_best}

    by_itself = asked(session, proposal)
    service.withdraw(
        session, queries.waiting_for(session, next_best)[0].id, by=next_best, now=session.info["clock"].now()
    )
    by_hand = asked(session, proposal, by=next_best)

    assert by_itself == [next_best]
    assert by_hand[0] == proposal.instructor_id


def test_nobody_is_asked_more_often_than_they_want_to_teach(session: Session, clock: SettableClock) -> None:
    first = a_proposal(session)
    wants_to_teach(session, first.instructor_id, 1)
    asked(session, first)
    second = another_group(session)

    with pytest.raises(errors.AskedOften):
        asked(session, second)

    assert queries.places_taken(session, first.instructor_id, "2026-W47") == {first.group_id: 1}
    assert queries.places_taken(session, first.instructor_id, "2026-11") == {first.group_id: 1}


def test_a_new_week_has_new_places(session: Session, clock: SettableClock) -> None:
    first = a_proposal(session)
    wants_to_teach(session, first.instructor_id, 1)
    asked(session, first)
    second = another_group(session)

    clock.advance(timedelta(days=1))  # a Monday

    assert asked(session, second) == [first.instructor_id]


def test_a_month_has_its_own_bound(session: Session, clock: SettableClock) -> None:
    first = a_proposal(session)
    rules(session, asks_per_month=1)
    asked(session, first)
    second = another_group(session)

    clock.advance(timedelta(days=1))

    with pytest.raises(errors.AskedOften):
        asked(session, second)


def test_who_was_asked_often_enough_is_passed_by_for_the_next_best(session: Session) -> None:
    first = a_proposal(session, volunteers=2)
    wants_to_teach(session, first.instructor_id, 1)
    asked(session, first)
    second = another_group(session)

    found = asked(session, second)

    assert len(found) == 1
    assert found != [first.instructor_id]


def test_asking_once_more_for_the_same_group_is_the_same_question(session: Session, clock: SettableClock) -> None:
    proposal = a_proposal(session)
    wants_to_teach(session, proposal.instructor_id, 1)
    (first,) = service.invite(session, proposal.id, now=clock.now())

    service.withdraw(session, first, by=proposal.village_id, now=clock.now())

    assert asked(session, proposal) == [proposal.instructor_id]


def test_the_database_itself_gives_no_place_beyond_the_cap_and_none_twice(session: Session) -> None:
    proposal = a_proposal(session)
    asked(session, proposal)
    row = session.scalars(sa.select(QuestionPlace)).first()
    assert row is not None
    known = {"instructor_id": row.instructor_id, "allowed": row.allowed, "group_id": row.group_id}

    for period, number in (("2026-W01", row.allowed + 1), ("2026-W01", 0), (row.period, row.number)):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.insert(QuestionPlace).values(period=period, number=number, **known))


def ask_at_once(database: Database, proposals: list[UUID]) -> list[str]:
    """What several who press "ask" at the same moment get to hear."""
    gate, heard = threading.Barrier(len(proposals)), list[str]()

    def ask(proposal_id: UUID) -> None:
        gate.wait()
        try:
            with database.write_session() as session:
                service.invite(session, proposal_id, now=database.clock.now())
            heard.append("asked")
        except (errors.AskedOften, IntegrityError) as refused:
            heard.append(type(refused).__name__)

    threads = [threading.Thread(target=ask, args=(each,)) for each in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(heard)


def two_groups(database: Database) -> list[UUID]:
    """Two groups whose only instructor wants to teach once a week."""
    with database.write_session() as session:
        first = a_proposal(session)
        wants_to_teach(session, first.instructor_id, 1)
        a_venue(session, "또 하나의 방")
        a_request(session, by=a_neighbour(session, "이웃"), number=5)
        session.execute(sa.text("UPDATE proposal SET pinned = true"))
        wants_to_teach(session, first.instructor_id, 2)
        a_run(session)
        wants_to_teach(session, first.instructor_id, 1)
        return [each.id for each in proposals(session)]


def test_two_groups_that_ask_at_the_same_moment_share_one_place(own_database: Database) -> None:
    groups = two_groups(own_database)

    heard = ask_at_once(own_database, groups)

    assert len(groups) == 2
    assert heard == ["AskedOften", "asked"]


def test_without_the_lock_the_constraint_still_keeps_the_place(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = two_groups(own_database)
    monkeypatch.setattr(service, "lock", lambda *_: None)

    heard = ask_at_once(own_database, groups)

    with own_database.read_session() as session:
        places = session.scalars(sa.select(QuestionPlace.number).where(QuestionPlace.period == "2026-W47")).all()
    assert heard.count("asked") == 1
    assert list(places) == [1]


def test_a_question_of_the_night_is_told_in_the_morning(session: Session, clock: SettableClock, drain: Any) -> None:
    proposal = a_proposal(session)
    session.execute(sa.text("UPDATE person SET email = 'volunteer@village.example' WHERE name = '이재능1'"))
    clock.advance(timedelta(hours=14))  # eleven at night

    (question,) = service.invite(session, proposal.id, now=clock.now())
    drain()

    morning = clock.now() + timedelta(hours=9)
    due = session.scalar(sa.text("SELECT run_at FROM job WHERE message_type = 'letter.due' AND state = 'waiting'"))
    assert str(due)[:16] == f"{morning:%Y-%m-%d %H:%M}"
    assert look(session, question).deadline == morning + timedelta(hours=24)
