"""A year of a made-up city: wishes, questions, answers and no-shows, through the use cases or through arrays alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, inspect, select, table, text

from village_hub.kernel import migrations
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.errors import N_, Conflict
from village_hub.kernel.ids import SeededIds
from village_hub.learning_requests.queries import Rules
from village_hub.simulation.arrivals import arrivals
from village_hub.simulation.diary import Diary
from village_hub.simulation.figures import Figures, figures_of
from village_hub.simulation.rates import Rates, rates_of
from village_hub.simulation.through_arrays import Arrays
from village_hub.simulation.through_services import Services
from village_hub.simulation.town import BEGINS, Town, settle

__all__ = ["MODES", "RULES", "Figures", "HoldsSomething", "Rates", "Town", "rates_of", "simulate"]

#: Through the use cases on a real database, or through the engine and plain arithmetic.
MODES: dict[str, Callable[[Town, Diary], Services | Arrays]] = {"services": Services, "engine": Arrays}


#: What a rulebook can say otherwise.
RULES = frozenset(each.name for each in fields(Rules))


class HoldsSomething(Conflict):
    """A simulation begins in an empty database only."""

    message = N_("This database holds something already. A simulation needs an empty one of its own.")


def simulate(
    *,
    seed: int,
    days: int,
    mode: str,
    rates: Rates | None = None,
    rules: Mapping[str, Any] | None = None,
    url: str | None = None,
) -> Figures:
    """What `days` days of the city come to; the same seed, rates and rules give the same figures.

    `rules` are what the city's rulebook says otherwise than the package's own. With `url` the city is built in that
    empty database, where it can be looked at afterwards if the mode is "services"; raises HoldsSomething if it is not,
    and KeyError with the rules that there are not.
    """
    if unknown := (rules or {}).keys() - RULES:
        raise KeyError(*sorted(unknown))
    with _database(seed, url) as database, database.write_session() as session:
        town = settle(session, seed=seed, days=days, rates=rates or rates_of(), rules=dict(rules or {}))
        diary = Diary(town.caps, town.zone)
        city = MODES[mode](town, diary)
        city.live(arrivals(town))
    return figures_of(diary)


@contextmanager
def _database(seed: int, url: str | None) -> Iterator[Database]:
    with TemporaryDirectory(prefix="village-hub-simulation-") as folder:
        place = url or f"sqlite:///{Path(folder) / 'city.sqlite3'}"
        if _holds_something(place):
            raise HoldsSomething
        migrations.upgrade(place)
        database = Database(place, clock=SettableClock(BEGINS - timedelta(days=1)), ids=SeededIds(seed))
        try:
            yield database
        finally:
            database.dispose()


def _holds_something(url: str) -> bool:
    """Whether any table but the migrations' own has a row, whoever made it."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            names = set(inspect(connection).get_table_names()) - {"alembic_version"}
            return any(connection.scalar(select(text("1")).select_from(table(each)).limit(1)) for each in names)
    finally:
        engine.dispose()
