"""Deny by default, protect every answer, and carry a form out once."""

from __future__ import annotations

import re
import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.typing import ResponseReturnValue

from village_hub.app import create_app
from village_hub.kernel.db import Database, next_in
from village_hub.kernel.settings import Settings, SettingsError
from village_hub.kernel.signals import SignalStream
from village_hub.web import idempotency
from village_hub.web.i18n import own_path
from village_hub.web.policy import MissingPolicy, policy, public, require_policies
from village_hub.web.transactions import see_other, write_session

FORM = {"idempotency_key": "one-and-the-same", "words": "hello"}


def _count() -> ResponseReturnValue:
    with write_session() as session:
        return see_other(f"/counted/{next_in(session, SignalStream, 'count')}")


@pytest.fixture
def counting(settings: Settings, own_database: Database) -> Flask:
    """The whole application with one more route, which counts how often it took effect; with real commits."""
    app = create_app(settings, own_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.add_url_rule("/count", "count", policy(public)(_count), methods=["POST"])
    return app


def _counted(database: Database) -> int:
    with database.read_session() as session:
        return session.scalar(sa.select(SignalStream.seq).where(SignalStream.stream == "count")) or 0


def _ten_at_once(app: Flask) -> list[str]:
    answers: list[str] = []

    def send() -> None:
        answers.append(app.test_client().post("/count", data=FORM).headers["Location"])

    threads = [threading.Thread(target=send) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def test_the_same_form_sent_ten_times_at_once_takes_effect_once(counting: Flask, own_database: Database) -> None:
    assert _ten_at_once(counting) == ["/counted/1"] * 10
    assert _counted(own_database) == 1


def test_without_the_key_it_would_take_effect_ten_times(
    counting: Flask, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(idempotency, "claim", lambda *_, **__: None)

    _ten_at_once(counting)

    assert _counted(own_database) == 10


def test_another_form_with_the_same_key_is_refused(counting: Flask, own_database: Database) -> None:
    browser = counting.test_client()

    assert browser.post("/count", data=FORM).status_code == 303
    assert browser.post("/count", data=FORM | {"words": "other"}).status_code == 409
    assert _counted(own_database) == 1


def test_a_route_without_a_policy_keeps_the_application_from_starting(counting: Flask) -> None:
    counting.add_url_rule("/open", "open", lambda: "open to everybody")

    with pytest.raises(MissingPolicy, match="/open"):
        require_policies(counting)


def test_every_answer_carries_the_protecting_headers(client: object, app: Flask) -> None:
    browser = app.test_client()

    for path in ("/health", "/no-such-page", "/sign-in"):
        headers = browser.get(path).headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_a_form_without_its_token_is_refused_kindly(counting: Flask, own_database: Database) -> None:
    counting.config["WTF_CSRF_ENABLED"] = True
    counting.config["WTF_CSRF_CHECK_DEFAULT"] = True

    answer = counting.test_client().post("/count", data=FORM)

    assert answer.status_code == 400
    assert "한 번 더" in answer.text
    assert _counted(own_database) == 0


@pytest.mark.parametrize("target", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "", None])
def test_nobody_is_led_to_another_site(target: str | None) -> None:
    assert own_path(target) == "/"


def test_the_language_is_kept_on_the_device(client: object, app: Flask) -> None:
    browser = app.test_client()
    assert re.search('<html lang="ko">', browser.get("/sign-in").text)

    answer = browser.get("/language/en?next=/sign-in")

    assert answer.headers["Location"] == "/sign-in"
    assert re.search('<html lang="en">', browser.get("/sign-in").text)


def test_a_missing_secret_refuses_to_start_outside_development() -> None:
    with pytest.raises(SettingsError, match="VILLAGE_HUB_SECRET_KEY"):
        Settings.from_environment({})
    with pytest.raises(SettingsError, match="VILLAGE_HUB_PORT"):
        Settings.from_environment({"VILLAGE_HUB_ENVIRONMENT": "development", "VILLAGE_HUB_PORT": "many"})

    assert Settings.from_environment({"VILLAGE_HUB_ENVIRONMENT": "development"}).secret_key
    assert Settings.from_environment({"VILLAGE_HUB_SECRET_KEY": "s" * 40}).environment == "production"
