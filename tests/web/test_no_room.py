"""A full disk under the database: who sends a form is told that nothing was saved and nothing is lost, and by 503."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_resident
from village_hub.app import create_app
from village_hub.kernel.db import Database
from village_hub.kernel.errors import NoRoom
from village_hub.kernel.settings import Settings


def fill(session: Session, **_: Any) -> None:
    """The database's own refusal to write any further."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA max_page_count = 1"))
        session.execute(sa.text("CREATE TABLE large AS SELECT zeroblob(1000000) AS emptiness"))
    else:
        session.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$"))


def test_a_form_sent_while_the_disk_is_full_is_refused_kindly(
    own_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_database.write_session() as session:
        resident = a_resident(session).id
    app = create_app(settings, own_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    visitor = Visitor(app, app.response_class).sign_in(resident)
    with monkeypatch.context() as full:
        full.setattr("village_hub.notifications.service.read_all", fill)
        for language, words in (("ko", "저장할 수 없어요"), ("en", "Nothing can be saved right now")):
            visitor.set_cookie("language", language)
            refused = visitor.post("/inbox/reading")
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "3")
            assert words in refused.text

    assert visitor.post("/inbox/reading").status_code == 303


def test_only_a_full_disk_is_called_one(own_database: Database) -> None:
    with pytest.raises(NoRoom), own_database.write_session() as session:
        fill(session)
    with pytest.raises(sa.exc.DBAPIError) as other, own_database.write_session() as session:
        session.execute(sa.text("SELECT * FROM nowhere"))
    assert not isinstance(other.value, NoRoom)
