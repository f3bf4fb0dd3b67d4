"""Signing in and out through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase, Visitor
from tests.factories.people import PASSWORD, a_resident
from village_hub.kernel import passwords
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.settings import Settings
from village_hub.people import service
from village_hub.people.models import SignIn
from village_hub.web import hub


def sign_in(client: Visitor, login: str, password: str = PASSWORD, **more: str) -> tuple[int, str, str]:
    answer = client.post("/sign-in", data={"login": login, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


def cookie(client: Visitor, name: str = "village") -> str | None:
    found = client.get_cookie(name)
    return found.value if found else None


def without_secrets(page: str) -> str:
    """The page without the two hidden fields that are new each time."""
    return re.sub(r'(name="(?:csrf_token|idempotency_key)"[^>]*value=")[^"]*', r"\1", page)


@pytest.mark.parametrize("login", ["BOK@village.kr", "010 1234 5678", "hn-001"])
def test_a_person_signs_in_by_any_of_three_ways(client: Visitor, session: Session, login: str) -> None:
    # given
    a_resident(session, email="bok@village.kr", phone="010-1234-5678", card_number="HN-001")

    # when
    status, location, _ = sign_in(client, login, next="/profile")

    # then
    assert (status, location) == (303, "/profile")
    assert "김복순" in client.get("/profile").get_data(as_text=True)


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client: Visitor, session: Session) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    a_resident(session, "이영희", card_number="HN-002")

    # when
    wrong = sign_in(client, "bok@village.kr", "not the password")
    unknown = sign_in(client, "who@village.kr", "not the password")

    # then
    assert wrong[0] == unknown[0] == 422
    assert without_secrets(wrong[2]).replace("bok@", "who@") == without_secrets(unknown[2])
    assert cookie(client) is None
    assert "who@village.kr" in unknown[2], "what was typed stays typed"
    assert "not the password" not in unknown[2]


def test_an_unknown_person_takes_the_arithmetic_of_a_known_one(
    client: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    a_resident(session, "카드만", email="none@village.kr")
    worked: list[str] = []
    work_off_the_hub = passwords._off_the_hub

    def noted(work: Callable[..., object], *args: object) -> object:
        worked.append(work.__name__)
        return work_off_the_hub(work, *args)

    monkeypatch.setattr(passwords, "_off_the_hub", noted)

    # when
    for login in ("bok@village.kr", "who@village.kr", "HN-404"):
        sign_in(client, login, "not the password")

    # then
    assert worked == ["verify"] * 3


def test_a_person_without_a_password_cannot_sign_in_by_one(client: Visitor, session: Session) -> None:
    service.register(session, name="박카드", card_number="HN-003", now=session.info["clock"].now())

    for password in ("", "nobody's password", "None"):
        assert sign_in(client, "HN-003", password)[0] == 422


def test_after_five_tries_even_the_right_password_waits(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    for _ in range(5):
        assert sign_in(client, "bok@village.kr", "wrong")[0] == 422

    # when
    status, _location, page = sign_in(client, "bok@village.kr")

    # then
    assert status == 429
    assert "15" in page
    clock.advance(timedelta(minutes=15))
    assert sign_in(client, "bok@village.kr")[0] == 303


def test_the_secret_changes_with_each_sign_in_and_the_old_one_ends(client: Visitor, session: Session) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    sign_in(client, "bok@village.kr")
    old = cookie(client)

    # when
    sign_in(client, "bok@village.kr")

    # then
    assert cookie(client) != old
    client.set_cookie("village", old or "")
    assert client.get("/profile").status_code == 303
    assert session.scalar(select(func.count()).where(SignIn.revoked_at.is_(None))) == 1


def test_a_planted_secret_does_not_become_a_sign_in(client: Visitor, session: Session) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    client.set_cookie("village", "planted")

    # when
    sign_in(client, "bok@village.kr")

    # then
    assert cookie(client) != "planted"
    client.set_cookie("village", "planted")
    assert client.get("/profile").status_code == 303


def test_signing_out_ends_the_secret_itself(client: Visitor, session: Session) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    sign_in(client, "bok@village.kr")
    kept = cookie(client)

    # when
    answer = client.post("/sign-out")

    # then
    assert answer.status_code == 303
    assert cookie(client) is None
    client.set_cookie("village", kept or "")
    assert client.get("/profile").status_code == 303


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_the_way_after_signing_in_never_leads_to_another_site(client: Visitor, session: Session, target: str) -> None:
    a_resident(session, email="bok@village.kr")

    _, location, _ = sign_in(client, "bok@village.kr", next=target)

    assert location == "/"


def test_a_page_for_people_leads_through_the_sign_in_and_back(client: Visitor, session: Session) -> None:
    # given
    a_resident(session, email="bok@village.kr")

    # when
    asked = client.get("/profile")

    # then
    assert asked.headers["Location"] == "/sign-in?next=/profile"
    assert 'name="next" type="hidden" value="/profile"' in client.get(asked.headers["Location"]).get_data(as_text=True)


def test_a_used_device_is_noted_once_an_hour(client: Visitor, session: Session, clock: SettableClock) -> None:
    # given
    client.sign_in(a_resident(session).id)

    # when
    client.get("/profile")
    at_once = session.scalar(select(SignIn.seen_at))
    clock.advance(timedelta(hours=2))
    answer = client.get("/profile")

    # then
    session.expire_all()
    assert at_once == clock.now() - timedelta(hours=2)
    assert session.scalar(select(SignIn.seen_at)) == clock.now()
    assert "village=" in answer.headers["Set-Cookie"]


def test_the_cookie_is_out_of_reach_for_scripts_and_other_hosts(
    app: Flask, session: Session, database: OneConnectionDatabase
) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    settings = Settings(environment="production", secret_key="only-for-tests-" * 3)
    app.extensions[hub.NAME] = hub.Hub(settings, database)

    # when
    answer = app.test_client().post(
        "/sign-in", data={"login": "bok@village.kr", "password": PASSWORD}, base_url="https://localhost"
    )

    # then
    cookies = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-village=")]
    assert len(cookies) == 1
    words = {part.strip().split("=")[0] for part in cookies[0].split(";")}
    assert {"Secure", "HttpOnly", "SameSite", "Path"} <= words
    assert "Domain" not in words
    assert "SameSite=Lax" in cookies[0]


def test_without_its_csrf_token_a_sign_in_is_refused(app: Flask, session: Session) -> None:
    # given
    a_resident(session, email="bok@village.kr")
    app.config["WTF_CSRF_ENABLED"] = True
    browser = app.test_client()

    # when
    try:
        answer = browser.post("/sign-in", data={"login": "bok@village.kr", "password": PASSWORD})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    # then
    assert answer.status_code == 400
    assert browser.get_cookie("village") is None


def test_the_demo_peoples_buttons_exist_in_development_only(
    app: Flask, client: Visitor, session: Session, database: OneConnectionDatabase
) -> None:
    # given
    demo = a_resident(session, "데모이웃", card_number="DEMO-01")
    other = a_resident(session, "보통이웃", card_number="HN-01")

    # then
    for environment in ("test", "production"):
        app.extensions[hub.NAME] = hub.Hub(Settings(environment=environment, secret_key="s" * 40), database)
        assert client.post("/sign-in/demo", data={"person_id": str(demo.id)}).status_code == 404
        assert "데모이웃" not in client.get("/sign-in").get_data(as_text=True)

    # when
    app.extensions[hub.NAME] = hub.Hub(Settings(environment="development", secret_key="s" * 40), database)

    # then
    assert "데모이웃" in client.get("/sign-in").get_data(as_text=True)
    for nobody in (other.id, UUID(int=1), "no id"):
        assert client.post("/sign-in/demo", data={"person_id": str(nobody)}).status_code == 404
    assert client.post("/sign-in/demo", data={"person_id": str(demo.id), "next": "/profile"}).status_code == 303
    assert "데모이웃" in client.get("/profile").get_data(as_text=True)
