from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.feedback import a_held_lecture, an_answer
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.feedback import errors, queries, service
from village_hub.feedback.models import Feedback
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.events import RecordedEvent


def test_an_answer_is_given_once_and_can_be_changed_for_a_week(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    person = held.present[0]

    an_answer(session, held, person, 3, "조금 빨랐어요")
    clock.advance(timedelta(days=6))
    an_answer(session, held, person, 5, "다시 보니 좋았어요")

    mine = queries.answer(session, held.id, person)
    assert mine is not None
    assert (mine.stars, mine.words) == (5, "다시 보니 좋았어요")
    assert session.scalar(sa.select(sa.func.count()).select_from(Feedback)) == 1
    said = sa.select(RecordedEvent.type).where(RecordedEvent.type.startswith("feedback."))
    assert sorted(session.scalars(said)) == ["feedback.changed", "feedback.submitted"]


def test_after_a_week_an_answer_stays_as_it_is(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    an_answer(session, held, held.present[0], 3)
    clock.advance(timedelta(days=7, minutes=1))

    with pytest.raises(errors.NoLongerChangeable):
        an_answer(session, held, held.present[0], 5)


def test_whoever_was_not_there_cannot_answer(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)

    for person in (held.absent, held.instructor_id, a_resident(session).id):
        with pytest.raises(errors.NotThere):
            an_answer(session, held, person)


def test_the_database_itself_refuses_a_second_answer_and_a_sixth_star(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    an_answer(session, held, held.present[0])
    row = {"session_id": held.id, "words": "", "given_at": clock.now(), "changed_at": clock.now()}

    for person, stars in ((held.present[0], 5), (held.present[1], 6)):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            values = row | {"id": a_resident(session).id, "person_id": person, "stars": stars}
            session.execute(sa.insert(Feedback).values(values))


def test_the_instructor_reads_answers_once_three_have_been_given_and_never_who(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    held = a_held_lecture(session, clock)
    client.sign_in(held.instructor_id).set_cookie("language", "en")
    an_answer(session, held, held.present[0], 5, "하하 재미있었어요")
    an_answer(session, held, held.present[1], 4, "가까워서 좋았어요")

    two = client.get(f"/sessions/{held.id}/feedback").text
    an_answer(session, held, held.present[2], 3, "")
    three = client.get(f"/sessions/{held.id}/feedback").text

    assert "가까워서" not in two
    assert "2 people have answered" in two
    assert three.index("가까워서 좋았어요") < three.index("하하 재미있었어요")
    assert "4.0" in three
    assert "김하나" not in three


def test_a_learner_answers_on_the_page_with_words_for_every_choice(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    held = a_held_lecture(session, clock)
    client.sign_in(held.present[0])
    path = f"/sessions/{held.id}/feedback"

    page = client.get(path).text
    empty = client.post(path, data={"words": "좋았어요"})
    sent = client.post(path, data={"stars": "4", "words": "좋았어요"})
    client.set_cookie("language", "en")
    after = client.get(path).text

    assert "아주 좋았어요" in page
    assert "많이 아쉬웠어요" in page
    assert empty.status_code == 422
    assert "좋았어요" in empty.text
    assert (sent.status_code, sent.location) == (303, path)
    assert 'value="4" checked' in after
    assert "Change my answer" in after


def test_neighbours_who_were_not_there_and_other_managers_are_turned_away(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    held = a_held_lecture(session, clock)
    other = a_manager(session, a_village(session, "다른 마을")).id
    path = f"/sessions/{held.id}/feedback"

    for person in (held.absent, other):
        client.sign_in(person)
        assert client.get(path).status_code == 403
        assert client.post(path, data={"stars": "1"}).status_code == 403
    client.sign_in(held.manager_id)
    assert client.get(path).status_code == 200
    assert client.get(f"/sessions/{other}/feedback").status_code == 404


def test_an_unfinished_session_cannot_be_judged(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    session.execute(sa.text("UPDATE activity_session SET state = 'planned'"))

    with pytest.raises(errors.NotFinished):
        service.give(session, held.id, stars=5, words="", by=held.present[0], now=clock.now())


def test_the_page_asks_the_database_at_most_twelve_times(
    client: Visitor, session: Session, clock: SettableClock, max_queries: Callable[[int], Any]
) -> None:
    held = a_held_lecture(session, clock)
    for person in held.present:
        an_answer(session, held, person)
    client.sign_in(held.instructor_id)

    with max_queries(12):
        assert client.get(f"/sessions/{held.id}/feedback").status_code == 200
