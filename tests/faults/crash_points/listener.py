"""A page that hears streams through a real socket and remembers how far it has come."""

from __future__ import annotations

import json
import time

from tests.live.clients import RawClient

#: The types of the signals that were heard in each stream, in their order from the first on.
Heard = dict[str, tuple[str, ...]]


def hear(port: int, cookies: dict[str, str], heard: Heard, heads: dict[str, int]) -> Heard:
    """Subscribe after what was heard before, and listen until everything is heard or the server is gone."""
    try:
        client = _connected(port, "; ".join(f"{name}={value}" for name, value in cookies.items()))
    except (OSError, AssertionError):
        return heard
    try:
        client.enter()
        positions = {stream: len(said) for stream, said in heard.items()}
        client.send("42/live,7" + json.dumps(["subscribe", {"positions": positions}]))
        while any(len(heard[stream]) < heads[stream] for stream in heard):
            message = client.next()
            if message.startswith("42/live,"):
                heard = _with(heard, *json.loads(message.removeprefix("42/live,")))
    except (OSError, AssertionError):
        pass
    finally:
        client.close()
    return heard


def _with(heard: Heard, name: str, content: dict[str, object]) -> Heard:
    if name != "signals":
        raise ValueError(f"a page that misses nothing was told {name}")
    stream, said = str(content["stream"]), heard[str(content["stream"])]
    for signal in content["signals"]:  # type: ignore[attr-defined]
        if signal["seq"] != len(said) + 1:
            raise ValueError(f"{stream}: number {signal['seq']} came after {len(said)}")
        said = (*said, signal["type"])
    return heard | {stream: said}


def _connected(port: int, cookie: str) -> RawClient:
    until = time.monotonic() + 30
    while True:
        try:
            return RawClient(port, cookie)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
