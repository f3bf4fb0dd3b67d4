"""Deny by default, for streams."""

from __future__ import annotations

from typing import Any, cast

import pytest
from flask import Flask

from tests.live.stand_in import build
from village_hub.kernel.db import Database
from village_hub.live import registry
from village_hub.live.registry import Stream
from village_hub.web.policy import MissingPolicy


def test_a_stream_without_a_policy_stops_the_start() -> None:
    app = Flask("empty")

    with pytest.raises(MissingPolicy):
        registry.register(app, Stream("village", cast(Any, None)))


@pytest.mark.parametrize("prefix", ["village", "Village", "village:1", ""])
def test_a_prefix_is_registered_once_and_is_a_plain_word(prefix: str) -> None:
    app = Flask("empty")
    registry.register(app, Stream("village", lambda *_: True))

    with pytest.raises(ValueError, match=r"prefix|twice"):
        registry.register(app, Stream(prefix, lambda *_: True))


@pytest.mark.parametrize("name", ["", "club:1", "village:", "village:1\x00", "village:가", "village", "x" * 200])
def test_names_nobody_registered_are_nobodys(database: Database, name: str) -> None:
    app = Flask("empty")
    registry.register(app, Stream("village", lambda _session, _person, key: bool(key)))

    with database.read_session() as session:
        allowed = registry.of(app).may_listen(session, None, name)

    assert not allowed


def test_pages_work_where_no_sockets_are_served(database: Database) -> None:
    client = build(database).test_client()

    home = client.get("/")
    handshake = client.get(
        "/socket.io/?EIO=4&transport=websocket",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
    )
    signals = client.get('/signals?after={"village:1":0}')

    assert home.text == "at home"
    assert handshake.status_code == 501
    assert signals.json == {"accepted": {"village:1": 0}, "refused": [], "resync": {}, "signals": []}
