"""Joining through the page."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import PASSWORD, a_resident
from village_hub.people import service
from village_hub.people.models import Person

FORM = {"name": "김복순", "contact": "010-1234-5678", "password": PASSWORD}


@pytest.mark.parametrize("contact", ["010-1234-5678", "bok@village.kr"])
def test_a_neighbour_joins_with_three_fields_and_is_signed_in(client: Visitor, session: Session, contact: str) -> None:
    # when
    answer = client.post("/registration", data=FORM | {"contact": contact, "next": "/profile"})

    # then
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert "김복순" in client.get("/profile").get_data(as_text=True)
    client.post("/sign-out")
    assert client.post("/sign-in", data={"login": contact, "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"contact": "bok"}, {"contact": ""}, {"password": "short"}, {"password": "x" * 201}]
)
def test_a_refused_form_keeps_what_was_typed(client: Visitor, session: Session, wrong: dict[str, str]) -> None:
    answer = client.post("/registration", data=FORM | wrong)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert ("김복순" in page) or "name" in wrong
    assert session.scalar(select(func.count(Person.id))) == 0


def test_a_number_that_somebody_has_is_refused(client: Visitor, session: Session) -> None:
    # given
    a_resident(session, "이영희", phone="010-1234-5678")

    # when
    answer = client.post("/registration", data=FORM)

    # then
    assert answer.status_code == 409
    assert client.get_cookie("village") is None


def test_the_same_form_sent_twice_makes_one_person(client: Visitor, session: Session) -> None:
    for _ in range(2):
        answer = client.post("/registration", data=FORM | {"idempotency_key": "pressed-twice"})
        client.delete_cookie("village")

    assert answer.status_code == 303
    assert session.scalar(select(func.count(Person.id))) == 1


def test_asking_who_is_registered_is_limited(client: Visitor, session: Session) -> None:
    a_resident(session, "이영희", phone="010-1234-5678")
    for _ in range(service.PER_PERSON_AND_ADDRESS):
        assert client.post("/registration", data=FORM).status_code == 409

    assert client.post("/registration", data=FORM).status_code == 429


def test_nobody_registers_a_role(client: Visitor, session: Session) -> None:
    client.post("/registration", data=FORM | {"kind": "operator", "role": "operator", "card_number": "DEMO-9"})

    assert client.get("/people").status_code == 403
    assert session.scalar(select(Person.card_number)) is None
