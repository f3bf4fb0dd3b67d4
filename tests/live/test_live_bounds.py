"""What one client may cost, and how long a right may outlive its end: measured, and each with its control."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from tests.live.clients import RawClient, frame
from tests.live.conftest import LiveServer, running

Record = Callable[[str, object], None]

ANN = UUID(int=1)
DEVICE = UUID(int=77)
#: Far more is said than may wait for a client: sixteen megabytes, a few signals at a time so that who reads keeps up.
SIGNALS, AT_ONCE, TEXT = 256, 8, "x" * 2**16
#: Frames sent at random, and by how many clients; ten thousand in the long form.
FRAMES, EACH = (10_000 if os.environ.get("VILLAGE_HUB_SOAK") else 2_000), 20


def test_clients_that_never_read_are_closed_and_the_others_hear_everything(
    own_url: str, redis_url: str, tmp_path: Path, record_property: Record
) -> None:
    with running(own_url, redis_url, tmp_path / "server.log") as bounded:
        good, stuck = bounded.raw(), [_deaf(bounded) for _ in range(5)]
        good.subscribe(village_1=0)
        before = bounded.resident_megabytes()

        heard = _flood(bounded, good)

        grown = bounded.resident_megabytes() - before
        record_property("MB for each client that never reads", round(grown / len(stuck), 2))
        assert heard == list(range(1, SIGNALS + 1))
        assert all(each.closed_within(30) for each in stuck)
        assert grown < 2 * len(stuck)


def test_without_a_bound_what_is_not_read_piles_up(own_url: str, redis_url: str, tmp_path: Path) -> None:
    with running(own_url, redis_url, tmp_path / "server.log", "limits") as unbounded:
        good, stuck = unbounded.raw(), [_deaf(unbounded) for _ in range(5)]
        good.subscribe(village_1=0)
        before = unbounded.resident_megabytes()

        _flood(unbounded, good)

        assert unbounded.resident_megabytes() - before > 2 * len(stuck)
        assert not any(each.closed_within(0.5) for each in stuck)


def test_a_revocation_nobody_rang_for_closes_the_socket_in_seconds(
    silent_live: LiveServer, record_property: Record
) -> None:
    ann = silent_live.raw(cookie=f"who={ANN}; device={DEVICE}")
    board = silent_live.raw(cookie=f"who={ANN}")
    board.subscribe(board_1=0)

    started = time.monotonic()
    silent_live.say(f"ended:{DEVICE}", "ended")
    silent_live.say("closed:1", "closed")

    assert ann.closed_within(30)
    record_property("seconds until a revoked sign-in is closed", round(time.monotonic() - started, 2))
    assert board.closed_within(30)
    record_property("seconds until a lost right is closed", round(time.monotonic() - started, 2))


def test_a_hub_that_does_not_look_keeps_them(own_url: str, tmp_path: Path) -> None:
    with running(own_url, "", tmp_path / "server.log", "guard") as blind:
        ann = blind.raw(cookie=f"who={ANN}; device={DEVICE}")

        blind.say(f"ended:{DEVICE}", "ended")

        assert not ann.closed_within(6)


def test_who_comes_back_without_the_right_hears_nothing(live: LiveServer) -> None:
    live.say("board:1", "secret")
    live.say("closed:1", "closed")
    back = live.raw(cookie=f"who={ANN}")

    answer = back.subscribe(board_1=0)

    assert (answer["accepted"], answer["refused"]) == ({}, ["board:1"])
    assert not _hears(back)


def test_a_hub_that_does_not_ask_for_rights_tells_them_everything(own_url: str, tmp_path: Path) -> None:
    with running(own_url, "", tmp_path / "server.log", "rights") as careless:
        careless.say("board:1", "secret")
        careless.say("closed:1", "closed")
        back = careless.raw(cookie=f"who={ANN}")

        back.subscribe(board_1=0)

        assert _hears(back)


def test_random_frames_kill_nobody(live: LiveServer, record_property: Record) -> None:
    good, chance = live.raw(), random.Random(11)
    good.subscribe(village_1=0)

    for _ in range(FRAMES // EACH):
        rude = live.raw(connect=chance.random() < 0.5)
        for _ in range(EACH):
            size = chance.choice([0, 3, 40, 400])
            sent = frame(chance.randbytes(size), opcode=chance.randrange(16), length=chance.choice([None, size + 9]))
            if not rude.send_bytes(sent):
                break
        rude.close()
    live.say("village:1", "a")

    record_property("random frames", FRAMES)
    assert good.event(seconds=30)[1]["signals"][0]["seq"] == 1
    assert live.process.poll() is None
    assert "Traceback" not in live.log.read_text()


def _deaf(live: LiveServer) -> RawClient:
    """Subscribes and never reads again."""
    client = RawClient(live.port, buffer=4096).enter()
    client.subscribe(village_1=0)
    return client


def _flood(live: LiveServer, good: RawClient) -> list[int]:
    """Say it all while `good` reads; returns what it has heard."""
    heard: list[int] = []
    while len(heard) < SIGNALS:
        live.say("village:1", *["said"] * AT_ONCE, text=TEXT)
        due = len(heard) + AT_ONCE
        while len(heard) < due:
            heard += [each["seq"] for each in good.event(seconds=60)[1]["signals"]]
    return heard


def _hears(client: RawClient, seconds: float = 3) -> bool:
    try:
        client.event(seconds)
    except TimeoutError:
        return False
    return True
