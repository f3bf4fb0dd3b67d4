"""What an open page shows, with the signals since, equals the page opened anew: each page, after each commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NINE_O_CLOCK, Visitor
from tests.faults.state_equality import use_cases
from tests.faults.state_equality.addresses import addresses
from tests.faults.state_equality.scenes import gatherings, neighbourhood, office, wishes
from tests.faults.state_equality.scenes.scene import Scene, scenes
from tests.faults.state_equality.town import Town
from tests.faults.state_equality.watch import Watch
from tests.faults.state_equality.watched import WatchedDatabase
from village_hub.app import create_app
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.settings import Settings
from village_hub.kernel.signals import emit

#: The shortest play in which seats are taken.
COURSE = (gatherings.a_course_is_planned, gatherings.the_course_fills_and_a_seat_is_given_back)


@pytest.fixture
def town(own_url: str, settings: Settings, tmp_path: Path) -> Iterator[Town]:
    clock = SettableClock(NINE_O_CLOCK)
    database = WatchedDatabase(own_url, clock=clock, ids=SeededIds(7))
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Visitor
    yield Town(app, database, clock, tmp_path)
    database.dispose()


def test_every_page_catches_up_with_every_use_case(
    town: Town, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    watch, called = Watch(town.app, town.database), use_cases.note_calls(monkeypatch)

    play(town, watch, scenes(wishes, gatherings, neighbourhood, office))

    for name, number in (watch.counts | {"live pages open": len(watch.open)}).items():
        record_property(name, number)
    assert sorted(set(use_cases.use_cases().values()) - called) == [], "each needs a scene in scenes/"
    assert watch.looking_again == {"home.index", "home.operation"}, "only what a machine measures needs no signal"
    assert town.failures() == []
    assert watch.misses == [], "\n\n".join(map(str, watch.misses))


@pytest.mark.once
def test_a_use_case_that_says_nothing_is_caught(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(town.app, town.database)
    monkeypatch.setattr("village_hub.learning_requests.service.waiting.emit", lambda *_: None)

    play(town, watch, [wishes.a_wish_is_opened])

    assert {"/learning-requests", "/"} <= {miss.path for miss in watch.misses if miss.who == "resident"}


@pytest.mark.once
def test_a_signal_with_a_wrong_figure_is_caught(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def emit_one_more(session: Session, stream: str, type: str, payload: dict[str, Any]) -> None:
        emit(session, stream, type, payload | {"taken": payload["taken"] + 1} if "taken" in payload else payload)

    watch = Watch(town.app, town.database)
    monkeypatch.setattr("village_hub.activities.service.telling.emit", emit_one_more)

    play(town, watch, COURSE)

    assert any("Meter" in miss.difference for miss in watch.misses)


@pytest.mark.once
def test_a_page_that_does_not_heed_its_stream_is_caught(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(town.app, town.database)
    monkeypatch.setattr("village_hub.home.routes.first.SEATS_ONLY", ["seats", "activity.scheduled"])

    play(town, watch, COURSE)

    assert {miss.path for miss in watch.misses} >= {"/"}


@pytest.mark.once
def test_a_use_case_without_a_scene_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def merge(session: Session) -> None:
        """A use case that somebody adds."""

    merge.__module__ = "village_hub.clubs.service"
    monkeypatch.setattr("village_hub.clubs.service.merge", merge, raising=False)

    called = use_cases.note_calls(monkeypatch)

    assert "clubs.service.merge" in set(use_cases.use_cases().values()) - called


def play(town: Town, watch: Watch, scenes: Iterable[Scene]) -> None:
    """Every scene in turn, with every page of everybody open."""
    for who, person_id in town.people.items():
        watch.welcome(who, person_id)
    for each in scenes:
        watch.scene = each.__name__.replace("_", " ")
        for endpoint, path in addresses(town.app, town.database):
            watch.visit(endpoint, path)
        each(town)
        watch.settle()
