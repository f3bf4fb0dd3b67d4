from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase
from tests.factories.invitations import an_invitation
from tests.factories.notifications import a_notice
from tests.factories.people import a_resident
from village_hub.invitations import queries as invitations
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.jobs import MAX_ATTEMPTS, Job, JobState
from village_hub.kernel.mail import Letter, ListMailer, MailOutcomeUnknown, MailRefused
from village_hub.notifications import queries, service
from village_hub.notifications.models import DeliveryState
from village_hub.people import service as people
from workers.actor import Ports
from workers.actors import notifications as actors
from workers.running import run


class PostOffice:
    """A server that takes letters, until it is told to do something else."""

    def __init__(self, is_idempotent: bool = False) -> None:
        self.is_idempotent = is_idempotent  # type: ignore[misc]
        self.taken: list[Letter] = []
        self.trouble: list[BaseException] = []
        self.after: list[BaseException] = []

    is_idempotent: ClassVar[bool] = False

    def send(self, letter: Letter) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.taken.append(letter)
        if self.after:
            raise self.after.pop(0)


class PowerCut(BaseException):
    """The worker is gone in the middle of a letter."""


def test_a_letter_speaks_its_readers_language_and_leads_here(
    session: Session, drain: Callable[[], int], mailer: ListMailer
) -> None:
    korean = a_resident(session, "김복순", email="bok@example.org").id
    english = people.register(session, name="Ann Lee", email="ann@example.org", locale="en", now=now_of(session))
    a_notice(session, korean)
    a_notice(session, english)

    drain()

    letters = {each.to: each for each in mailer.letters.values()}
    assert "자리가 확정되었습니다" in letters["bok@example.org"].subject
    assert "Ann Lee" in letters["ann@example.org"].text
    assert "You have a seat in “꽃 심기”" in letters["ann@example.org"].html
    assert "/inbox" in letters["ann@example.org"].text
    assert "\n" not in letters["bok@example.org"].subject


def test_what_people_write_cannot_put_markup_or_headers_into_letters(
    session: Session, drain: Callable[[], int], mailer: ListMailer
) -> None:
    person = a_resident(session, "김복순", email="bok@example.org").id
    title = "<b>굵게</b>\r\nBcc: others@example.org"
    a_notice(session, person, figures={"title": title, "when": "", "place": ""})

    drain()

    (letter,) = mailer.letters.values()
    assert "<b>" not in letter.html
    assert "\n" not in letter.subject


def test_a_letter_leaves_once_however_often_its_job_runs(
    app: Flask, database: OneConnectionDatabase, session: Session
) -> None:
    office, job_id = PostOffice(), a_letter(session)

    for _ in range(3):
        run(database, job_id, Ports(app, database, office))

    assert len(office.taken) == 1
    assert delivered(session) == DeliveryState.SENT


@pytest.mark.parametrize(("is_idempotent", "state"), [(False, DeliveryState.UNKNOWN), (True, DeliveryState.SENT)])
def test_after_a_crash_while_sending_a_letter_goes_out_again_only_where_that_is_harmless(
    app: Flask,
    database: OneConnectionDatabase,
    session: Session,
    clock: SettableClock,
    is_idempotent: bool,
    state: DeliveryState,
) -> None:
    office, job_id = PostOffice(is_idempotent), a_letter(session)
    office.after = [PowerCut()]

    with pytest.raises(PowerCut):
        run(database, job_id, Ports(app, database, office))
    clock.advance(timedelta(minutes=2))
    run(database, job_id, Ports(app, database, office))

    assert len(office.taken) == (2 if is_idempotent else 1)
    assert len({each.key for each in office.taken}) == 1
    assert delivered(session) == state


def test_without_the_mark_that_it_was_being_sent_a_crash_would_send_twice(
    app: Flask,
    database: OneConnectionDatabase,
    session: Session,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office, job_id = PostOffice(), a_letter(session)
    office.after = [PowerCut()]
    monkeypatch.setattr(service, "begin", queries.letter)

    with pytest.raises(PowerCut):
        run(database, job_id, Ports(app, database, office))
    clock.advance(timedelta(minutes=2))
    run(database, job_id, Ports(app, database, office))

    assert len(office.taken) == 2


def test_a_line_that_was_down_is_tried_again_later(
    app: Flask, database: OneConnectionDatabase, session: Session, clock: SettableClock
) -> None:
    office, job_id = PostOffice(), a_letter(session)
    office.trouble = [ConnectionRefusedError(), smtplib.SMTPServerDisconnected("gone")]

    states = []
    for _ in range(3):
        run(database, job_id, Ports(app, database, office))
        states.append(delivered(session))
        clock.advance(timedelta(minutes=1))

    assert states == [DeliveryState.QUEUED, DeliveryState.QUEUED, DeliveryState.SENT]
    assert len(office.taken) == 1


def test_a_line_that_stays_down_leaves_a_dead_job_and_a_letter_that_can_still_be_sent(
    app: Flask, database: OneConnectionDatabase, session: Session, clock: SettableClock
) -> None:
    office, job_id = PostOffice(), a_letter(session)
    office.trouble = [OSError()] * MAX_ATTEMPTS

    for _ in range(MAX_ATTEMPTS):
        run(database, job_id, Ports(app, database, office))
        clock.advance(timedelta(hours=2))

    assert session.scalars(sa.select(Job.state).where(Job.id == job_id)).one() == JobState.DEAD
    assert delivered(session) == DeliveryState.QUEUED


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(MailRefused("no such person"), DeliveryState.FAILED), (MailOutcomeUnknown("line broke"), DeliveryState.UNKNOWN)],
)
def test_a_refusal_and_a_broken_line_are_shown_and_not_repeated(
    app: Flask,
    database: OneConnectionDatabase,
    session: Session,
    clock: SettableClock,
    trouble: BaseException,
    state: DeliveryState,
) -> None:
    office, job_id = PostOffice(), a_letter(session)
    office.trouble = [trouble]

    for _ in range(2):
        run(database, job_id, Ports(app, database, office))
        clock.advance(timedelta(hours=1))

    assert (delivered(session), office.taken) == (state, [])


def test_a_volunteers_letter_carries_a_link_that_works_without_signing_in(
    session: Session, drain: Callable[[], int], mailer: ListMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = an_invitation(session)
    session.execute(sa.text("UPDATE person SET email = 'teacher@example.org' WHERE name = '이재능1'"))

    drain()

    letters = [each.text for each in mailer.letters.values() if each.to == "teacher@example.org"]
    (token,) = [word.rpartition("/")[2] for word in letters[0].split() if "/invitations/by-link/" in word]
    found = invitations.by_token(session, token)
    assert found is not None
    assert found.id == asked.id
    assert token not in str(session.execute(sa.text("SELECT * FROM notice")).all())


def test_an_answered_question_no_longer_hands_out_a_link(session: Session) -> None:
    asked = an_invitation(session)
    letter = queries.LetterFacts(
        asked.id, "key", "a@example.org", "", "ko", "", {}, f"/invitations/{asked.id}", asked.id, False
    )
    session.execute(sa.text("UPDATE invitation SET state = 'withdrawn'"))

    assert service.private_link(session, letter) == f"/invitations/{asked.id}"


def test_the_effect_holds_its_job_longer_than_the_mail_server_may_take() -> None:
    assert actors.send_letter.lease >= 60


def a_letter(session: Session) -> Any:
    """The job of one queued letter."""
    a_notice(session, a_resident(session, "김복순", email="bok@example.org").id)
    return session.scalars(sa.select(Job.id).where(Job.message_type == "letter.due")).one()


def delivered(session: Session) -> str:
    return str(session.scalar(sa.text("SELECT state FROM delivery")))


def now_of(session: Session) -> Any:
    return session.info["clock"].now()
