"""The transport on a socket pair: whole frames or none, and bounds on what waits."""

from __future__ import annotations

import socket as sockets
from typing import Any

import gevent
import pytest
from gevent import socket
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, TextMessage

from village_hub.live.protocol import text_frame
from village_hub.live.transport import Limits, WebSocket

SMALL_BUFFER = 4096


class Careless(WebSocket):
    """The control: forgets what the kernel did not take, as the stock transport does."""

    def _try(self, data: bytes) -> int | None:
        super()._try(data)
        return len(data)


def test_a_slow_reader_gets_every_frame_whole() -> None:
    transport, reader = _pair(WebSocket, Limits(queue_bytes=10**7, queue_frames=10**5))
    sent = [f"{number:06}" + "가" * 98 for number in range(2000)]

    for text in sent:
        assert transport.push(text_frame(text))

    assert _read_slowly(reader, len(sent)) == sent


def test_a_careless_transport_corrupts_the_same_stream() -> None:
    transport, reader = _pair(Careless, Limits())
    sent = [f"{number:06}" + "가" * 98 for number in range(2000)]

    for text in sent:
        transport.push(text_frame(text))
        gevent.sleep(0)
    transport.close()

    assert _read_slowly(reader, len(sent)) != sent


def test_a_reader_that_is_too_slow_is_closed_between_bytes_not_corrupted() -> None:
    transport, reader = _pair(WebSocket, Limits())
    sent = [f"{number:06}" + "x" * 294 for number in range(5000)]

    taken = [transport.push(text_frame(text)) for text in sent]
    read = _read_slowly(reader, len(sent))

    assert not taken[-1]
    assert 0 < len(read) < len(sent)
    assert read == sent[: len(read)]


@pytest.mark.parametrize("limits", [Limits(queue_frames=10), Limits(queue_bytes=3000)])
def test_what_waits_for_a_client_is_bounded(limits: Limits) -> None:
    transport, _reader = _pair(WebSocket, limits)

    taken = [transport.push(text_frame("x" * 300)) for _ in range(500)]

    assert taken[-1] is False
    assert len(transport._outgoing) == 0


def test_a_reader_that_is_stuck_is_cut_off_in_time() -> None:
    transport, reader = _pair(WebSocket, Limits(send_seconds=0.2))
    _fill(transport)

    gevent.sleep(0.5)

    assert not transport.push(text_frame("more"))
    assert len(_read_slowly(reader, 10**6)) > 0


def test_a_reader_that_goes_on_slowly_is_not_cut_off() -> None:
    transport, reader = _pair(WebSocket, Limits(send_seconds=0.4))

    for _ in range(8):
        _fill(transport)
        reader.recv(8192)
        gevent.sleep(0.1)

    assert transport.push(text_frame("more"))


def test_goodbye_comes_after_what_was_queued() -> None:
    transport, reader = _pair(WebSocket, Limits())
    count = _fill(transport)

    transport.close(1001, "restarting")
    read = _read_slowly(reader, count + 1)

    assert len(read) == count
    assert not transport.push(text_frame("late"))


def _pair(kind: type[WebSocket], limits: Limits) -> tuple[WebSocket, Any]:
    ours, theirs = socket.socketpair()
    ours.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SMALL_BUFFER)
    theirs.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, SMALL_BUFFER)
    transport = kind(lambda _transport: None, limits)
    transport._socket = ours
    return transport, theirs


def _fill(transport: WebSocket) -> int:
    """Push until something waits; returns how many frames that took."""
    for count in range(1, 1000):
        transport.push(text_frame("x" * 300))
        if transport._outgoing:
            return count
    raise AssertionError("the kernel takes everything")


def _read_slowly(reader: Any, expected: int) -> list[str]:
    """The messages a strict reader understands until all are there, the stream ends or makes no sense."""
    protocol = Connection(ConnectionType.CLIENT)
    read: list[str] = []
    parts: list[str] = []
    reader.settimeout(2)
    while len(read) < expected and (received := reader.recv(701)):
        protocol.receive_data(received)
        for event in protocol.events():
            if isinstance(event, CloseConnection):
                return read
            assert isinstance(event, TextMessage)
            parts.append(event.data)
            if event.message_finished:
                read.append("".join(parts))
                parts.clear()
    return read
