from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.conftest import Visitor
from tests.home.living_village import LivingVillage, a_living_village

ROLES = ("stranger", "resident", "instructor", "manager", "staff", "operator")
ANSWERS = {200, 303, 403, 404}
#: What an address cannot do without.
ASKED = {"/signals": "?after={}"}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_everybody(app: Flask, client: Visitor, session: Session, role: str, language: str) -> None:
    village = a_living_village(session)
    if role != "stranger":
        client.sign_in(village.people[role].id)
    client.set_cookie("language", language)

    answers = {path: client.get(path) for path in addresses(app, village)}

    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code not in ANSWERS} == {}
    pages = {path: answer.text for path, answer in answers.items() if is_page(answer)}
    assert len(pages) > 10
    assert {path: wrong for path, page in pages.items() if (wrong := flaws(page, language))} == {}


def test_a_page_without_its_heading_title_or_language_is_caught() -> None:
    assert flaws("<html lang='ko'><title>· </title><h1>a</h1><h1>b</h1>", "en") == ["lang", "title", "h1"]


def addresses(app: Flask, village: LivingVillage) -> Iterator[str]:
    """The address of every page that can be asked for, with what the village has."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and "GET" in (rule.methods or ()):
            path = adapter.build(rule.endpoint, arguments(rule, village))
            yield path + ASKED.get(path, "")


def arguments(rule: Rule, village: LivingVillage) -> dict[str, object]:
    """A fitting value for each part of the address; where the village has none, one that nobody knows."""
    converters = rule._converters
    known = village.things
    unknown = {
        name: UUID(int=7) if type(each).__name__ == "UUIDConverter" else "7" for name, each in converters.items()
    }
    return {name: known.get(name, unknown[name]) for name in rule.arguments}


def is_page(answer: TestResponse) -> bool:
    """Whether somebody reads the answer: not where it leads elsewhere at once."""
    return answer.mimetype == "text/html" and answer.status_code != 303


def flaws(page: str, language: str) -> list[str]:
    """What is missing of: the page's language, a title of its own, exactly one h1."""
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    return [
        name
        for name, is_right in {
            "lang": f'<html lang="{language}"' in page,
            "title": title is not None and bool(title[1].split("·")[0].strip()),
            "h1": len(re.findall(r"<h1\b", page)) == 1,
        }.items()
        if not is_right
    ]
