"""Clients that are slow, rude or broken: they are closed, and nobody else notices."""

from __future__ import annotations

import random
import socket
import time
from pathlib import Path

import pytest

from tests.live.clients import HANDSHAKE, RawClient, frame
from tests.live.conftest import LiveServer, running

MEGABYTE = 2**20


def test_a_frame_of_120_megabytes_is_closed_and_never_held(silent_live: LiveServer) -> None:
    good = silent_live.raw()
    before = silent_live.resident_megabytes()
    rude = [silent_live.raw() for _ in range(5)]

    taken = [_send_huge_frame(client) for client in rude]

    assert max(taken) < 20
    assert all(client.closed_within(5) for client in rude)
    assert silent_live.resident_megabytes() - before < 2 * len(rude)
    assert good.subscribe(village_1=0)["accepted"] == {"village:1": 0}


def test_a_thousand_messages_a_second_are_closed_and_others_still_hear(live: LiveServer) -> None:
    good, rude = live.raw(), live.raw()
    good.subscribe(village_1=0)

    for _ in range(1000):
        if not rude.send_bytes(frame(b'42/live,["unsubscribe",{}]')):
            break
    live.say("village:1", "a")

    assert rude.closed_within(5)
    assert good.event(seconds=2)[1]["signals"][0]["seq"] == 1


def test_pings_and_empty_fragments_count_as_messages(live: LiveServer) -> None:
    pinging, fragmenting = live.raw(), live.raw()

    pinging.send_bytes(frame(b"x", opcode=9) * 200)
    fragmenting.send_bytes(b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 200)

    assert pinging.closed_within(5)
    assert fragmenting.closed_within(5)


def test_whoever_does_not_connect_is_closed(live: LiveServer) -> None:
    silent, left = live.raw(connect=False), live.raw()

    left.send("41/live,")

    assert silent.closed_within(3)
    assert left.closed_within(3)


def test_a_request_whose_head_never_ends_is_closed(live: LiveServer) -> None:
    slow = socket.create_connection(("127.0.0.1", live.port))

    slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    slow.settimeout(5)

    assert b" 400 " in slow.recv(4096)


def test_without_the_limits_the_same_clients_stay(own_url: str, tmp_path: Path) -> None:
    with running(own_url, "", tmp_path / "server.log", "limits") as unprotected:
        flooding, silent = unprotected.raw(), unprotected.raw(connect=False)

        flooding.send_bytes(frame(b'42/live,["unsubscribe",{}]') * 200)

        assert not flooding.closed_within(2)
        assert not silent.closed_within(2)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"9",
        b"4",
        b"40",
        b"40/other,",
        b"42/live,",
        b"42/live,[]",
        b"42/live,[1]",
        b"42/live,[" + b"[" * 5000,
        b'42/live,["subscribe"',
        b"451-/live,[]",
        b"4" + b"\xed\xa0\x80",
        b"bAAAA",
    ],
)
def test_what_no_page_would_send_is_closed(live: LiveServer, message: bytes) -> None:
    rude = live.raw()

    rude.send_bytes(frame(message))

    assert rude.closed_within(5)


@pytest.mark.parametrize(
    "message",
    [
        b'42/live,["subscribe"]',
        b'42/live,["subscribe",[]]',
        b'42/live,1["subscribe",{"positions":{"\\ud800":0}},{"more":1}]',
        b'42/live,["unsubscribe",{"streams":[[1],null]}]',
        b'42/live,["emit","village:1"]',
        b'42/live,["disconnect","x"]',
        b'42/live,["connect"]',
    ],
)
def test_what_makes_no_sense_is_ignored(live: LiveServer, message: bytes) -> None:
    odd = live.raw()

    odd.send_bytes(frame(message))
    odd.send('42/live,99["subscribe",{"positions":{"village:1":0}}]')
    while not (answer := odd.next()).startswith("43/live,99"):
        continue

    assert '"accepted":{"village:1":0}' in answer


def test_two_thousand_random_frames_leave_no_trace(live: LiveServer) -> None:
    good, chance = live.raw(), random.Random(7)
    good.subscribe(village_1=0)
    starts = [b"", b"4", b"40/live,", b"42/live,", b'42/live,["subscribe",', b"2", b"3", b"1"]

    for _ in range(100):
        rude = live.raw(connect=chance.random() < 0.5)
        for _ in range(20):
            text = chance.choice(starts) + chance.randbytes(chance.randrange(40))
            if not rude.send_bytes(frame(text, opcode=chance.choice([1, 1, 1, 0, 2, 3, 8, 9, 10, 15]))):
                break
        rude.close()
    live.say("village:1", "a")

    assert good.event(seconds=5)[1]["signals"][0]["seq"] == 1
    assert "Traceback" not in live.log.read_text()


def test_odd_handshakes_are_refused(live: LiveServer) -> None:
    whole = HANDSHAKE.format(host="127.0.0.1", more="")
    odd = [
        whole.replace("Upgrade: websocket", "Upgrade: h2c"),
        whole.replace("Connection: Upgrade", "Connection: close"),
        whole.replace("Version: 13", "Version: 8"),
        whole.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"),
        whole.replace("EIO=4", "EIO=3"),
        whole.replace("EIO=4", "EIO=4&sid=made-up"),
        whole.replace("transport=websocket", "transport=polling"),
        whole.replace("GET", "POST"),
        whole.replace("Host:", "Content-Length: 1000000000\r\nHost:"),
    ]

    codes = [_answer_to(live, each) for each in odd]

    assert codes == [426, 426, 426, 400, 400, 400, 400, 400, 400]
    assert "Traceback" not in live.log.read_text()


def test_frames_sent_together_with_the_handshake_are_heard(live: LiveServer) -> None:
    hasty = RawClient(live.port, early=frame(b"40/live,"))

    assert hasty.next().startswith("0{")
    assert hasty.next().startswith("40/live,")


def test_clients_that_come_and_go_leave_nothing_behind(silent_live: LiveServer) -> None:
    for _ in range(50):
        silent_live.raw().close()
    before = silent_live.resident_megabytes()

    for _ in range(500):
        silent_live.raw().close()

    assert silent_live.resident_megabytes() - before < 15


def _send_huge_frame(client: RawClient) -> float:
    """Claims 120 MB of letters and sends as many as the server takes; returns how many megabytes that was."""
    client.send_bytes(frame(b"", length=120 * MEGABYTE, mask=bytes(4)))
    part = b"a" * MEGABYTE
    for sent in range(120):
        if not client.send_bytes(part):
            return sent
    return 120


def _answer_to(live: LiveServer, request: str) -> int:
    with socket.create_connection(("127.0.0.1", live.port), 5) as asking:
        asking.sendall(request.encode())
        time.sleep(0.05)
        return int(asking.recv(4096).split()[1])
