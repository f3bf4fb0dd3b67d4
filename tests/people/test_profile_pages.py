"""The own profile: name, language, devices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import PASSWORD, a_resident
from village_hub.people import service
from village_hub.people.errors import WrongSignIn
from village_hub.people.models import Person, SignIn


def test_a_person_changes_the_name_and_the_language(client: Visitor, session: Session) -> None:
    # given
    client.sign_in(a_resident(session).id)

    # when
    answer = client.post("/profile", data={"name": " 김  복순 ", "locale": "en"})

    # then
    assert answer.status_code == 303
    assert session.execute(select(Person.name, Person.locale)).one() == ("김 복순", "en")
    page = client.get("/profile").get_data(as_text=True)
    assert "My profile" in page


def test_an_empty_name_or_an_unknown_language_is_refused(client: Visitor, session: Session) -> None:
    client.sign_in(a_resident(session).id)

    for wrong in ({"name": "", "locale": "ko"}, {"name": " ", "locale": "ko"}, {"name": "김복순", "locale": "fr"}):
        assert client.post("/profile", data=wrong).status_code == 422

    assert session.execute(select(Person.name, Person.locale)).one() == ("김복순", "ko")


def test_only_the_fields_of_the_form_change(client: Visitor, session: Session) -> None:
    client.sign_in(a_resident(session, email="bok@village.kr").id)
    before = session.execute(select(Person.__table__)).mappings().one()

    client.post("/profile", data={"name": "새이름", "locale": "ko", **dict.fromkeys(Person.__table__.c.keys(), "x")})
    client.post("/profile", data={**dict.fromkeys(Person.__table__.c.keys(), "x"), "name": "새이름", "locale": "ko"})

    after = session.execute(select(Person.__table__)).mappings().one()
    assert {key for key in before if before[key] != after[key]} == {"name"}


def test_a_person_signs_another_device_out(app: Flask, client: Visitor, session: Session) -> None:
    # given
    person = a_resident(session)
    other = Visitor(app, app.response_class).sign_in(person.id)
    other_id = session.scalar(select(SignIn.id))
    client.sign_in(person.id)

    # when
    answer = client.post(f"/profile/devices/{other_id}/revocation")

    # then
    assert answer.headers["Location"] == "/profile"
    assert other.get("/profile").status_code == 303
    assert client.get("/profile").status_code == 200


def test_signing_this_device_out_takes_its_cookie_away(client: Visitor, session: Session) -> None:
    client.sign_in(a_resident(session).id)
    here = session.scalar(select(SignIn.id))

    client.post(f"/profile/devices/{here}/revocation")

    assert client.get_cookie("village") is None


def test_nobody_signs_out_a_neighbours_device(app: Flask, client: Visitor, session: Session) -> None:
    # given
    neighbour = Visitor(app, app.response_class).sign_in(a_resident(session, "이영희").id)
    theirs = session.scalar(select(SignIn.id))
    client.sign_in(a_resident(session).id)

    # when
    answer = client.post(f"/profile/devices/{theirs}/revocation")

    # then
    assert answer.status_code == 404
    assert neighbour.get("/profile").status_code == 200


def test_a_person_signs_out_everywhere_else(app: Flask, client: Visitor, session: Session) -> None:
    # given
    person = a_resident(session)
    others = [Visitor(app, app.response_class).sign_in(person.id) for _ in range(2)]
    client.sign_in(person.id)

    # when
    client.post("/profile/devices/others/revocation")

    # then
    assert [other.get("/profile").status_code for other in others] == [303, 303]
    assert client.get("/profile").status_code == 200


def test_strangers_see_and_change_no_profile(client: Visitor) -> None:
    assert client.get("/profile").status_code == 303
    for path in ("/profile", "/profile/devices/others/revocation"):
        answer = client.post(path, data={"name": "x", "locale": "ko"})
        assert answer.headers["Location"].startswith("/sign-in")


def test_the_profile_asks_the_database_a_few_times_however_many_devices(
    client: Visitor, session: Session, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    person = a_resident(session)
    for _ in range(20):
        service.open_sign_in(session, person.id, now=session.info["clock"].now(), device="Chrome, Android")
    client.sign_in(person.id)

    with max_queries(6):
        page = client.get("/profile").get_data(as_text=True)

    assert page.count("Chrome, Android") == 20


def test_a_new_password_signs_other_devices_out_and_the_old_one_no_longer_counts(
    app: Flask, client: Visitor, session: Session
) -> None:
    # given
    person = a_resident(session, email="bok@village.kr")
    other = Visitor(app, app.response_class).sign_in(person.id)
    client.sign_in(person.id)

    # when
    answer = client.post("/profile/password", data={"current": PASSWORD, "password": "a new sentence"})

    # then
    assert answer.status_code == 303
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 303
    assert service.recognise(session, "bok@village.kr", "a new sentence") == person.id
    with pytest.raises(WrongSignIn):
        service.recognise(session, "bok@village.kr", PASSWORD)


def test_a_wrong_or_short_password_changes_nothing_and_too_many_tries_have_to_wait(
    client: Visitor, session: Session
) -> None:
    person = a_resident(session, email="bok@village.kr")
    client.sign_in(person.id)

    short = client.post("/profile/password", data={"current": PASSWORD, "password": "short"})
    wrong = [
        client.post("/profile/password", data={"current": "a guess", "password": "a new sentence"}) for _ in range(6)
    ]

    assert [each.status_code for each in (short, *wrong)] == [422] * 6 + [429]
    assert "비밀번호가 맞지 않아요" in wrong[0].text
    assert service.recognise(session, "bok@village.kr", PASSWORD) == person.id


def test_who_signs_in_without_a_password_is_not_asked_for_one(client: Visitor, session: Session) -> None:
    client.sign_in(a_resident(session).id)

    assert "내 비밀번호" not in client.get("/profile").text
