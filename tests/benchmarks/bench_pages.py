"""How much a real page costs beside the barest one that Flask can give, in the same process and run."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests.benchmarks.report import Figure, report, seconds
from tests.factories.activities import an_activity
from tests.factories.people import a_resident
from tests.factories.villages import a_village
from village_hub.app import create_app
from village_hub.kernel import migrations
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings
from village_hub.villages.queries import villages

NINE_O_CLOCK = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
ROWS = 50


def main() -> None:
    """A hello, a page without rows and lists of fifty."""
    with tempfile.TemporaryDirectory() as folder:
        database = _city(Path(folder))
        app = create_app(
            Settings(environment="test", secret_key="only-for-benchmarks" * 2, home=Path(folder)), database
        )
        with database.read_session() as session:
            village = villages(session)[0].id
        pages = {
            "calendar list, 50 rows": "/calendar?view=list",
            "village page": f"/villages/{village}",
            "sign-in": "/sign-in",
        }
        hello = _seconds_per_page(_hello().test_client(), "/")
        figures = [Figure("hello, pages a second", 1 / hello)]
        for name, path in pages.items():
            took = _seconds_per_page(app.test_client(), path)
            figures.append(Figure(f"{name}, pages a second", 1 / took))
            figures.append(Figure(f"{name}, share of hello", hello / took))
        database.dispose()
    report("pages", figures)


def _seconds_per_page(browser: FlaskClient, path: str, pages: int = 40) -> float:
    assert browser.get(path).status_code == 200
    return seconds(lambda: [browser.get(path) for _ in range(pages)]) / pages


def _hello() -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def _city(folder: Path) -> Database:
    url = f"sqlite:///{folder}/bench.sqlite3"
    migrations.upgrade(url)
    database = Database(url, clock=SettableClock(NINE_O_CLOCK))
    with database.write_session() as session:
        village, person = a_village(session), a_resident(session).id
        for row in range(ROWS):
            starts_at = NINE_O_CLOCK + timedelta(days=1 + row % 6, hours=row % 10)
            an_activity(session, village, person, title=f"이웃과 함께하는 저녁 산책 {row}", starts_at=starts_at)
    return database


if __name__ == "__main__":
    main()
