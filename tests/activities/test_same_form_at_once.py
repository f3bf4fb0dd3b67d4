"""The same form pressed ten times at the same moment, through the whole application and real commits."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import Visitor
from tests.factories.activities import an_activity
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.activities.models import Enrolment
from village_hub.kernel.db import Database
from village_hub.kernel.ids import SystemIds
from village_hub.kernel.settings import Settings
from village_hub.people import service as people
from village_hub.web import hub

PRESSES = 10


@pytest.fixture
def pressed(_application: Flask, settings: Settings, own_database: Database) -> tuple[Flask, UUID, str]:
    """The application on a database of its own, an activity, and somebody who is signed in."""
    own_database.ids = SystemIds()
    _application.extensions[hub.NAME] = hub.Hub(settings, own_database)
    with own_database.write_session() as session:
        village_id = a_village(session)
        activity_id = an_activity(session, village_id, a_manager(session, village_id).id, seats=30)
        token = people.open_sign_in(session, a_resident(session).id, now=own_database.clock.now(), device="test")
    return _application, activity_id, token


def test_ten_parallel_posts_of_one_form_have_one_effect_and_one_answer(
    pressed: tuple[Flask, UUID, str], own_database: Database
) -> None:
    answers = press_at_once(*pressed, keys=["one key"] * PRESSES)

    assert answers == Counter({(303, f"/activities/{pressed[1]}"): PRESSES})
    assert enrolments(own_database) == 1


def test_control_without_the_shared_key_the_same_press_is_answered_differently(
    pressed: tuple[Flask, UUID, str], own_database: Database
) -> None:
    answers = press_at_once(*pressed, keys=[f"key {number}" for number in range(PRESSES)])

    assert answers == Counter({(303, f"/activities/{pressed[1]}"): 1, (409, None): PRESSES - 1})
    assert enrolments(own_database) == 1


def press_at_once(app: Flask, activity_id: UUID, token: str, *, keys: list[str]) -> Counter[tuple[int, str | None]]:
    """The answers, each with where it leads."""
    gate, answers = threading.Barrier(len(keys)), Counter[tuple[int, str | None]]()

    def press(key: str) -> None:
        browser = Visitor(app, app.response_class)
        browser.set_cookie("village", token)
        gate.wait()
        answer = browser.post(f"/activities/{activity_id}/enrolments", data={"idempotency_key": key})
        answers[answer.status_code, answer.location] += 1

    threads = [threading.Thread(target=press, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def enrolments(database: Database) -> int:
    with database.read_session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) or 0
