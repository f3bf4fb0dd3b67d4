"""`village-hub what-if`: figures side by side, for people and for programs."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories.learning_requests import a_managed_village, a_request
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.cli import main
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database


@pytest.fixture
def past(own_url: str, clock: SettableClock) -> str:
    """Four people have asked three weeks ago."""
    clock.advance(timedelta(days=-21))
    database = Database(own_url, clock=clock)
    with database.write_session() as session:
        a_managed_village(session)
        a_venue(session)
        a_volunteer(session)
        a_request(session, number=4)
    database.dispose()
    return own_url


def what_if(url: str, home: Path, *words: str) -> Result:
    environment = {
        "VILLAGE_HUB_ENVIRONMENT": "development",
        "VILLAGE_HUB_DATABASE_URL": url,
        "VILLAGE_HUB_HOME": str(home),
    }
    return CliRunner().invoke(main, ["what-if", *words], env=environment)


def test_both_sets_of_rules_stand_side_by_side(past: str, tmp_path: Path) -> None:
    days = ("--since", "2026-11-01", "--until", "2026-11-22")

    told = what_if(past, tmp_path, "--rule", "minimum_group=4", "--rule", "waiting=1", *days)
    twice = [what_if(past, tmp_path, "--rule", "minimum_group=4", *days, "--json").stdout for _ in range(2)]

    assert told.exit_code == 0, told.output
    for words in ("People served", "강의를 만난 사람", "minimum_group=4 (", "waiting=1 (", "says yes", "수락한다고"):
        assert words in told.output
    figures = json.loads(twice[0])
    assert (figures["in_force"]["people_served"], figures["changed"]["people_served"]) == (0, 4)
    assert figures["changed"]["value"] <= figures["changed"]["bound"] + 1e-6
    assert len(figures["approximations"]) == 5
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ("at least one rule", "하나 이상")),
        (("--rule", "mini=4"), ("no rule called “mini”", "“mini”라는 규칙은 없습니다")),
        (("--rule", "minimum_group=99"), ("from 1 to 50", "1부터 50까지")),
        (("--rule", "minimum_group=4", "--until", "2020-01-01"), ("before the first", "첫날보다 앞설")),
    ],
)
def test_a_refusal_says_what_to_do_in_both_languages(
    past: str, tmp_path: Path, words: tuple[str, ...], said: tuple[str, str]
) -> None:
    told = what_if(past, tmp_path, *words)

    assert told.exit_code == 2
    assert all(each in told.output for each in said)


def test_an_empty_city_is_told_so(own_url: str, tmp_path: Path) -> None:
    told = what_if(own_url, tmp_path, "--rule", "minimum_group=4")

    assert told.exit_code == 2
    assert "Nobody has asked for anything yet" in told.output
