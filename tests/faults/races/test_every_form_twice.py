"""Every form of the application pressed twice: the second press changes nothing and is answered like the first.

The forms are found by following every link as everybody, and each POST route of the URL map must be among them: a new
route is covered, or this test names it. All that is stored is compared, whatever table it is in.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import shutil
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.conftest import OneConnectionDatabase, Visitor
from tests.faults.races.filling import filled_forms
from tests.faults.races.lively import lookers_at_everything
from tests.imports.reading.files import COURSE, table
from tests.journeys.forms import PageForm, Pairs
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Base
from village_hub.kernel.settings import Settings
from village_hub.people import service as people
from village_hub.web import idempotency

#: These have no key, on purpose: each press signs a device in with a cookie of its own, or only turns a page.
UNKEYED = {"/sign-in", "/sign-in/demo", "/activities/new", "/learning-requests/new"}
#: What a field of this name needs, where its type does not tell.
TYPED = {
    "contact": "new@village.example",
    "ends": "23:30",
    "place_text": "마을 회관",
    "seats": "20",
    "next_at": "2026-11-25",
    "greeting": "모두 어서 오세요.",
    "locale": "en",
    "minimum_group": "4",
}
#: What has no forms, or would speak another language from then on.
PASSED_BY = ("/assets", "/language", "/signals", "/styleguide")
#: The heading of a page and what it finds wrong.
WORDS = re.compile(r'<h1>(.*?)</h1>|class="error">.*?<span>(.*?)</span>', re.DOTALL)
#: Pages of one kind that are opened, the others are alike; and pages of one form that are turned.
ALIKE, STEPS = 4, 6


Begin = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A form of a page, and the device of the person who has it open."""

    token: str
    form: PageForm


@pytest.fixture
def lookers(
    session: Session, database: OneConnectionDatabase, clock: SettableClock, settings: Settings, tmp_path: Path
) -> Iterator[dict[str, tuple[str, Begin]]]:
    """Everybody's device, and where they begin to look; everybody has a second device elsewhere."""
    found = lookers_at_everything(session, database, clock, tmp_path)
    tokens = {
        name: [people.open_sign_in(session, who, now=clock.now()) for _ in range(2)] if who else [""]
        for name, (who, _) in found.items()
    }
    yield {name: (tokens[name][-1], begin) for name, (_, begin) in found.items()}
    shutil.rmtree(settings.home / "uploads", ignore_errors=True)


def test_every_form_has_one_effect_and_one_answer(
    app: Flask, database: OneConnectionDatabase, clock: SettableClock, lookers: dict[str, tuple[str, Begin]]
) -> None:
    forms = forms_before(app, clock, lookers.values())

    wrong = {rule: pressed_twice(app, database, forms[rule]) for rule in forms.keys() - UNKEYED}

    assert "\n".join(f"{rule}: {said}" for rule, said in wrong.items() if said) == ""
    routes = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert " ".join(sorted(routes - forms.keys() - UNKEYED)) == "", "no page has a form that leads there"


def test_control_without_keys_many_forms_have_two_effects_or_two_answers(
    app: Flask,
    database: OneConnectionDatabase,
    clock: SettableClock,
    lookers: dict[str, tuple[str, Begin]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forms = forms_before(app, clock, [lookers["resident"]])
    monkeypatch.setattr(idempotency, "carried", lambda: None)

    wrong = {rule: pressed_twice(app, database, forms[rule]) for rule in forms.keys() - UNKEYED}

    assert len([said for said in wrong.values() if said]) > len(wrong) / 2


def forms_before(app: Flask, clock: SettableClock, lookers: Iterable[tuple[str, Begin]]) -> dict[str, list[Found]]:
    """Every form that leads to each POST route."""
    found: dict[str, list[Found]] = {}
    for token, begin in lookers:
        for rule, form in Looker(app, token, clock).forms(begin):
            found.setdefault(rule, []).append(Found(token, form))
    return found


def pressed_twice(app: Flask, database: OneConnectionDatabase, found: list[Found]) -> str:
    """What is wrong with the first of these forms that is taken; empty where nothing is."""
    refusals = []
    for each in found:
        with undone(database):
            before = stored(database)
            first = send(app, each)
            if first.status_code == 303:
                return wrong_afterwards(app, database, each, first, before)
            refusals.append(f"{first.status_code} {said(first)}")
    return f"refused: {refusals}"


def wrong_afterwards(
    app: Flask, database: OneConnectionDatabase, found: Found, first: TestResponse, before: dict[str, str]
) -> str:
    """Send a form that was taken again, and with other content under its key."""
    after = stored(database)
    if after == before:
        return "" if found.form.action.endswith("/reading") else "no effect"
    second = send(app, found)
    other = send(app, found, [*found.form.pairs, ("something", "else")])
    if (again := stored(database)) != after:
        return f"a second effect in {sorted(again.items() ^ after.items())}"
    if has_left(app, found):
        return ""
    if (second.status_code, second.location) != (303, first.location):
        return f"first {first.location}, then {second.status_code} {second.location} {said(second)}"
    if other.status_code < 400:
        return f"other content under its key: {other.status_code} {other.location} {said(other)}"
    return ""


def has_left(app: Flask, found: Found) -> bool:
    """Whether the press signed this device out: a stranger's keys are not the person's."""
    return bool(found.token) and browser(app, found.token).get("/profile").status_code != 200


@contextmanager
def undone(database: OneConnectionDatabase) -> Iterator[None]:
    """Whatever is stored in the block is taken back."""
    savepoint = database.connection.begin_nested()
    yield
    savepoint.rollback()
    database.given.expire_all()


def stored(database: OneConnectionDatabase) -> dict[str, str]:
    """A digest of each table, but for the keys themselves and the tries to sign in, which are counted each time."""
    tables = (each for each in Base.metadata.sorted_tables if each.name not in ("idempotency_key", "sign_in_attempt"))
    rows = {each.name: sorted(map(repr, database.connection.execute(sa.select(each)))) for each in tables}
    return {name: hashlib.sha256("\n".join(many).encode()).hexdigest() for name, many in rows.items()}


def send(app: Flask, found: Found, pairs: Pairs | None = None) -> TestResponse:
    """Press the button."""
    return browser(app, found.token).post(found.form.action, data=as_sent(pairs or found.form.pairs))


def browser(app: Flask, token: str) -> Visitor:
    """A fresh one on the person's device."""
    fresh = Visitor(app, app.response_class)
    if token:
        fresh.set_cookie("village", token)
    return fresh


def as_sent(pairs: Pairs) -> dict[str, Any]:
    """A form's fields; a file is a small one."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    if "file" in fields:
        fields["file"] = (io.BytesIO(table([COURSE]).encode()), "courses.csv")
    return fields


def said(answer: TestResponse) -> str:
    """What an answer tells its reader."""
    return " ".join(words for found in WORDS.findall(answer.text) for words in found if words)


class Looker:
    """Somebody who follows every link that leads to a page of ours."""

    def __init__(self, app: Flask, token: str, clock: SettableClock) -> None:
        self.browser, self.now = browser(app, token), clock.now()
        self.adapter = app.url_map.bind("localhost")
        self.seen, self.kinds, self.turned = set[str](), Counter[str](), Counter[str]()

    def forms(self, begin: tuple[str, ...]) -> Iterator[tuple[str, PageForm]]:
        """The forms of every page that can be reached, each with the rule of the route it leads to."""
        plain = (rule.rule for rule in self.adapter.map.iter_rules() if not rule.arguments)
        ahead = deque([*begin, *plain])
        while ahead:
            address = ahead.popleft()
            if not self._is_new(address):
                continue
            answer = self.browser.get(address)
            if answer.location:
                ahead.append(answer.location)
            elif answer.mimetype == "text/html":
                ahead += [html.unescape(each) for each in re.findall(r'href="(/[^"#]*)', answer.text)]
                yield from self._forms_of(address, answer.text)

    def _is_new(self, address: str) -> bool:
        path = urlsplit(address).path
        kind = self._rule(path, "GET")
        if kind is None or kind.startswith(PASSED_BY) or path in self.seen or self.kinds[kind] >= ALIKE:
            return False
        self.seen.add(path)
        self.kinds[kind] += 1
        return True

    def _forms_of(self, address: str, page: str) -> Iterator[tuple[str, PageForm]]:
        """The page's forms; one that only turns the page is filled in and sent, for the forms that come after it."""
        for form in filled_forms(address, page, self.now, TYPED):
            rule = self._rule(urlsplit(form.action).path, "POST")
            assert rule is not None, f"{address} has a form that leads nowhere: {form.action}"
            yield rule, form
            if rule in UNKEYED and rule.endswith("/new") and self.turned[rule] < STEPS:
                self.turned[rule] += 1
                answer = self.browser.post(form.action, data=as_sent(form.pairs))
                yield from self._forms_of(form.action, answer.text)

    def _rule(self, path: str, method: str) -> str | None:
        try:
            rule, _ = self.adapter.match(path, method, return_rule=True)
        except HTTPException:
            return None
        return rule.rule
