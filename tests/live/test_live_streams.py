"""Subscribe, hear, resume: what a well-behaved page goes through."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx
import pytest
import socketio
from sqlalchemy import delete

from tests.live.clients import RawClient
from tests.live.conftest import LiveServer
from village_hub.kernel import signals

ANN, BEN = UUID(int=1), UUID(int=2)


def test_a_page_hears_what_is_said_after_it_was_read(live: LiveServer) -> None:
    live.say("village:1", "activity.scheduled")
    page = live.raw()

    answer = page.subscribe(village_1=1)
    started = time.monotonic()
    live.say("village:1", "seats.changed", text="세 자리")
    name, content = page.event()

    assert answer == {"accepted": {"village:1": 1}, "refused": []}
    assert name == "signals"
    assert content == {
        "stream": "village:1",
        "signals": [{"seq": 2, "type": "seats.changed", "payload": {"text": "세 자리"}}],
    }
    assert time.monotonic() - started < 1.0


def test_what_was_missed_is_replayed_in_order(live: LiveServer) -> None:
    live.say("village:1", *[f"t{n}" for n in range(1, 121)])
    page = live.raw()

    page.subscribe(village_1=20)
    heard: list[Any] = []
    while len(heard) < 100:
        heard += page.event()[1]["signals"]

    assert [each["seq"] for each in heard] == list(range(21, 121))


def test_a_position_that_is_no_longer_kept_is_answered_with_resync(live: LiveServer) -> None:
    live.say("village:1", "a", "b", "c", "d")
    with live.database.write_session() as session:
        session.execute(delete(signals.WrittenSignal).where(signals.WrittenSignal.seq < 4))
    page = live.raw()

    page.subscribe(village_1=1)
    told = page.event()
    live.say("village:1", "e")
    after = page.event()

    assert told == ("resync", {"stream": "village:1", "head": 4})
    assert [each["seq"] for each in after[1]["signals"]] == [5]


def test_a_position_ahead_of_the_stream_is_answered_with_resync(live: LiveServer) -> None:
    live.say("village:1", "a")
    page = live.raw()

    page.subscribe(village_1=9)

    assert page.event() == ("resync", {"stream": "village:1", "head": 1})


def test_only_who_may_listen_hears_a_stream(live: LiveServer) -> None:
    stranger, ann = live.raw(), live.raw(cookie=f"who={ANN}")
    streams = {f"person_{ANN}": 0, "nowhere_1": 0, "person_x": 0}

    refused = stranger.subscribe(**streams)["refused"]
    accepted = ann.subscribe(**streams)
    live.say(f"person:{ANN}", "invitation.issued")

    assert sorted(refused) == ["nowhere:1", f"person:{ANN}", "person:x"]
    assert accepted["accepted"] == {f"person:{ANN}": 0}
    assert ann.event()[1]["stream"] == f"person:{ANN}"
    assert not _hears_anything(stranger)


def test_unsubscribed_streams_are_silent(live: LiveServer) -> None:
    page = live.raw()
    page.subscribe(village_1=0, village_2=0)

    page.send('42/live,["unsubscribe",{"streams":["village:1"]}]')
    page.subscribe(village_2=0)
    live.say("village:1", "a")
    live.say("village:2", "b")

    assert page.event()[1]["stream"] == "village:2"
    assert not _hears_anything(page)


def test_a_socket_has_at_most_fifty_streams(live: LiveServer) -> None:
    page = live.raw()
    page.subscribe(**{f"village_{n}": 0 for n in range(50)})

    answer = page.subscribe(village_50=0)

    assert answer["accepted"] == {}
    assert answer["refused"] == ["village:50"]


def test_a_revoked_sign_in_loses_its_sockets_at_the_ring(live: LiveServer) -> None:
    device = UUID(int=77)
    ann, ben = live.raw(cookie=f"who={ANN}; device={device}"), live.raw(cookie=f"who={BEN}")
    ann.subscribe(**{f"person_{ANN}": 0})

    live.say(f"ended:{device}", "ended")
    live.database.doorbell.ring("revoked", str(device))

    assert ann.closed_within(2)
    assert not _hears_anything(ben)
    assert not ben.ended


def test_a_revoked_sign_in_loses_its_sockets_without_any_ring(silent_live: LiveServer) -> None:
    device = UUID(int=77)
    ann = silent_live.raw(cookie=f"who={ANN}; device={device}")

    silent_live.say(f"ended:{device}", "ended")

    assert ann.closed_within(5)


def test_a_lost_right_ends_listening_within_five_seconds(live: LiveServer) -> None:
    ann = live.raw(cookie=f"who={ANN}")
    assert ann.subscribe(board_1=0)["refused"] == []

    live.say("closed:1", "closed")

    assert ann.closed_within(5)
    assert live.raw(cookie=f"who={ANN}").subscribe(board_1=0)["refused"] == ["board:1"]


def test_without_a_doorbell_the_poll_finds_what_is_new(silent_live: LiveServer) -> None:
    page = silent_live.raw()
    page.subscribe(village_1=0)

    silent_live.say("village:1", "a")

    assert page.event(seconds=3)[1]["signals"][0]["seq"] == 1


def test_the_same_signals_come_without_a_websocket(live: LiveServer) -> None:
    live.say("village:1", "a", "b", "c")
    live.say(f"person:{ANN}", "d")
    after = f'{{"village:1":1,"person:{ANN}":0,"village:9":4}}'

    answer = httpx.get(f"{live.url}/signals", params={"after": after}, cookies={"who": str(ANN)}).json()
    stranger = httpx.get(f"{live.url}/signals", params={"after": after}).json()

    assert [(each["stream"], each["seq"], each["type"]) for each in answer["signals"]] == [
        (f"person:{ANN}", 1, "d"),
        ("village:1", 2, "b"),
        ("village:1", 3, "c"),
    ]
    assert answer["resync"] == {"village:9": 0}
    assert stranger["refused"] == [f"person:{ANN}"]


def test_positions_that_make_no_sense_are_refused(live: LiveServer) -> None:
    questions = ["", "[]", '{"village:1":-1}', '{"village:1":true}', '{"village:1":"x"}', "[" * 2000]

    codes = [httpx.get(f"{live.url}/signals", params={"after": each}).status_code for each in questions]
    page = live.raw()
    answers = [page.subscribe(village_1=-1), page.subscribe(village_1=True)]

    assert codes == [400] * len(questions)
    assert all(each["accepted"] == {} and "error" in each for each in answers)


def test_a_client_of_the_library_misses_nothing_when_its_connection_breaks(live: LiveServer) -> None:
    heard: list[int] = []
    connected = threading.Event()
    client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.3)

    def subscribe() -> None:
        client.emit(
            "subscribe", {"positions": {"village:1": max(heard, default=0)}}, "/live", lambda _: connected.set()
        )

    def hear(content: dict[str, Any]) -> None:
        heard.extend(each["seq"] for each in content["signals"] if each["seq"] > max(heard, default=0))

    client.on("connect", subscribe, namespace="/live")
    client.on("signals", hear, namespace="/live")
    client.connect(live.url, transports=["websocket"], namespaces=["/live"])
    assert connected.wait(5)
    live.say("village:1", "a")
    _until(lambda: heard == [1])
    client.eio.ws.sock.close()
    live.say("village:1", "b", "c")

    _until(lambda: heard == [1, 2, 3], seconds=10)
    client.disconnect()


@pytest.mark.parametrize("resuming", [True, False])
def test_nothing_is_missed_by_a_page_that_comes_and_goes_unless_it_forgets_its_position(
    live: LiveServer, resuming: bool
) -> None:
    live.say("village:1", "first")
    writing = threading.Thread(target=live.say, args=("village:1", *[f"t{n}" for n in range(200)]))
    heard = [1]

    writing.start()
    while writing.is_alive():
        _visit(live, heard, resuming)
    _visit(live, heard, resuming)

    assert (heard == list(range(1, 202))) is resuming


def test_pages_and_sockets_share_one_port(live: LiveServer) -> None:
    page = httpx.get(live.url)
    polling = httpx.get(f"{live.url}/socket.io/?EIO=4&transport=polling")

    assert page.text == "at home"
    assert polling.status_code == 426


def test_sockets_open_for_pages_of_the_same_host_only(live: LiveServer) -> None:
    same = RawClient(live.port, origin=f"https://127.0.0.1:{live.port}")
    other = RawClient(live.port, origin="https://elsewhere.example")

    assert " 101 " in same.answer
    assert " 400 " in other.answer


def test_a_server_that_is_asked_to_stop_says_goodbye_and_ends(silent_live: LiveServer) -> None:
    page = silent_live.raw()
    resting = httpx.Client()
    resting.get(silent_live.url)

    code = silent_live.stop()

    assert page.closed_within(1)
    assert page.close_code == 1001
    assert code == 0


def _hears_anything(client: RawClient, seconds: float = 0.5) -> bool:
    try:
        client.next(seconds)
    except TimeoutError:
        return False
    return True


def _visit(live: LiveServer, heard: list[int], resuming: bool) -> None:
    """Read a little, then break off without a word."""
    page = live.raw()
    page.subscribe(village_1=heard[-1] if resuming else None)
    with suppress(TimeoutError):
        for _ in range(5):
            heard += [each["seq"] for each in page.event(0.3)[1]["signals"]]
    page.close()


def _until(condition: Any, seconds: float = 5) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)
