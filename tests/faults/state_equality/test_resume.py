"""Who lost a right while away gets nothing of that stream on coming back, for every stream that is not everybody's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.villages import a_village
from village_hub.app import create_app
from village_hub.kernel import signals
from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings
from village_hub.live import registry
from village_hub.people import queries
from village_hub.people import service as people
from village_hub.people.queries import Account

#: A stream's name and who may hear it, by its prefix.
Heard = Callable[[Session], tuple[str, Account]]


def _own(session: Session) -> tuple[str, Account]:
    somebody = a_resident(session)
    return f"person:{somebody.id}", somebody


def _board(session: Session) -> tuple[str, Account]:
    village_id = a_village(session)
    return f"board:{village_id}", a_manager(session, village_id)


def _figures(session: Session) -> tuple[str, Account]:
    village_id = a_village(session)
    return f"figures:{village_id}", a_manager(session, village_id)


def _operator(session: Session) -> tuple[str, Account]:
    an_operator(session, "남는운영자")
    return "operator", an_operator(session)


HEARD: dict[str, Heard] = {
    "person": _own,
    "board": _board,
    "figures": _figures,
    "staff": lambda session: ("staff", a_staff_member(session)),
    "imports": lambda session: ("imports", a_staff_member(session)),
    "what_if": lambda session: ("what_if", a_staff_member(session)),
    "fairness": lambda session: ("fairness", a_staff_member(session)),
    "operator": _operator,
}


@pytest.fixture
def visitor(own_database: Database, settings: Settings) -> Visitor:
    """A browser before an application that has a real database: a socket's cookie is read in a session of its own."""
    app = create_app(settings, own_database)
    app.test_client_class = Visitor
    return app.test_client()  # type: ignore[return-value]


@pytest.mark.parametrize("prefix", HEARD)
def test_who_was_signed_out_while_away_gets_nothing(visitor: Visitor, own_database: Database, prefix: str) -> None:
    stream, reader = _somebody_hears(visitor, own_database, prefix)
    before = _resume(visitor, stream)

    with own_database.write_session() as session:
        people.revoke_others(session, reader.id, keep=None, now=own_database.clock.now())
    after = _resume(visitor, stream)

    assert before["refused"] == []
    assert [each["type"] for each in before["signals"]][-1] == "said"
    assert after == {"accepted": {}, "refused": [stream], "resync": {}, "signals": []}


@pytest.mark.parametrize("prefix", sorted(HEARD.keys() - {"person"}))
def test_whose_role_ended_while_away_gets_nothing(visitor: Visitor, own_database: Database, prefix: str) -> None:
    stream, reader = _somebody_hears(visitor, own_database, prefix)
    before = _resume(visitor, stream)

    _end_roles(own_database, reader)
    after = _resume(visitor, stream)

    assert before["refused"] == []
    assert [each["type"] for each in before["signals"]][-1] == "said"
    assert after == {"accepted": {}, "refused": [stream], "resync": {}, "signals": []}


def test_resuming_without_asking_for_rights_is_caught(
    visitor: Visitor, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, reader = _somebody_hears(visitor, own_database, "board")
    monkeypatch.setattr(registry.Streams, "may_listen", lambda *_: True)

    _end_roles(own_database, reader)

    assert "said" in [each["type"] for each in _resume(visitor, stream)["signals"]]


def test_every_stream_is_everybodys_or_has_its_rights_tested_here(visitor: Visitor, own_database: Database) -> None:
    streams, key = registry.of(visitor.application), UUID(int=7)

    with own_database.read_session() as session:
        private = [
            prefix
            for prefix in streams.prefixes()
            if not any(streams.may_listen(session, None, name) for name in (prefix, f"{prefix}:{key}"))
        ]

    assert sorted(private) == sorted(HEARD)


def _somebody_hears(visitor: Visitor, database: Database, prefix: str) -> tuple[str, Account]:
    """Sign somebody in who may hear a stream of this kind, and say something in it."""
    with database.write_session() as session:
        stream, reader = HEARD[prefix](session)
    visitor.sign_in(reader.id)
    with database.write_session() as session:
        signals.emit(session, stream, "said")
    return stream, reader


def _end_roles(database: Database, reader: Account) -> None:
    """Every role of this person ends; they stay signed in."""
    now = database.clock.now()
    with database.write_session() as session:
        for term in queries.terms(session, reader.id, now):
            people.end_role(session, term.id, now=now)


def _resume(visitor: Visitor, stream: str) -> dict[str, Any]:
    answer = visitor.get("/signals", query_string={"after": json.dumps({stream: 0})}).json
    assert answer is not None
    return cast(dict[str, Any], answer)
