"""A client made of a bare socket: it can be slow, rude or silent, and it checks every byte it gets."""

from __future__ import annotations

import json
import os
import socket
import time
from collections import deque
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Ping, TextMessage

HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)


class RawClient:
    """Speaks WebSocket, Engine.IO and Socket.IO by hand."""

    def __init__(self, port: int, cookie: str = "", origin: str = "", buffer: int = 0, early: bytes = b"") -> None:
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        more = (f"Cookie: {cookie}\r\n" if cookie else "") + (f"Origin: {origin}\r\n" if origin else "")
        self.socket.sendall(HANDSHAKE.format(host=f"127.0.0.1:{port}", more=more).encode() + early)
        self.protocol = Connection(ConnectionType.CLIENT)
        self.messages: deque[str] = deque()
        self.close_code: int | None = None
        self.ended = False
        self.answer, rest = self._read_head()
        self._parts: list[str] = []
        if rest and " 101 " in self.answer:
            self._take(rest)

    def enter(self) -> RawClient:
        """Enter the namespace; the server's OPEN and CONNECT are read."""
        assert self.next().startswith("0{")
        self.send("40/live,")
        assert self.next().startswith("40/live,")
        return self

    def subscribe(self, **positions: int | None) -> Any:
        """Subscribe (`village_1=3` is the stream `village:1` after 3) and return the answer."""
        named = {name.replace("_", ":"): seq for name, seq in positions.items()}
        self.send("42/live,7" + json.dumps(["subscribe", {"positions": named}]))
        answer = self.next()
        assert answer.startswith("43/live,7"), answer
        return json.loads(answer.removeprefix("43/live,7"))[0]

    def send(self, text: str) -> None:
        self.socket.sendall(self.protocol.send(TextMessage(data=text)))

    def send_bytes(self, data: bytes) -> bool:
        """Send raw bytes; False when the server does not take them any more."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def event(self, seconds: float = 10) -> tuple[str, Any]:
        """The next event's name and content."""
        message = self.next(seconds)
        assert message.startswith("42/live,"), message
        name, content = json.loads(message.removeprefix("42/live,"))
        return name, content

    def next(self, seconds: float = 10) -> str:
        """The next Engine.IO message; pings are answered on the way."""
        give_up = time.monotonic() + seconds
        while not self.messages:
            assert not self.ended, f"closed ({self.close_code})"
            self.receive(give_up - time.monotonic())
        return self.messages.popleft()

    def receive(self, seconds: float = 10) -> None:
        """Read once; raises TimeoutError when nothing comes, fails on anything that is no whole valid frame."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            self._take(self.socket.recv(65536))
        except ConnectionError:
            self.ended = True

    def closed_within(self, seconds: float) -> bool:
        """Read until the server closes; False when it has not in time."""
        give_up = time.monotonic() + seconds
        while not self.ended:
            try:
                self.receive(give_up - time.monotonic())
            except TimeoutError:
                return False
        return True

    def close(self) -> None:
        self.socket.close()

    def _read_head(self) -> tuple[str, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            more = self.socket.recv(4096)
            if not more:
                break
            received += more
        head, _, rest = received.partition(b"\r\n\r\n")
        return head.decode(), rest

    def _take(self, received: bytes) -> None:
        if not received:
            self.ended = True
            return
        self.protocol.receive_data(received)
        for event in self.protocol.events():
            if isinstance(event, CloseConnection):
                assert event.code != 1002, f"corrupt: {event.reason}"
                self.close_code = event.code
            elif isinstance(event, Ping):
                self.socket.sendall(self.protocol.send(event.response()))
            elif isinstance(event, TextMessage):
                self._collect(event)

    def _collect(self, event: TextMessage) -> None:
        self._parts.append(event.data)
        if not event.message_finished:
            return
        message = "".join(self._parts)
        self._parts.clear()
        if message == "2":
            self.send("3")
        else:
            self.messages.append(message)


def frame(text: bytes, opcode: int = 1, length: int | None = None, mask: bytes = b"") -> bytes:
    """A masked frame by hand, with a length that may lie."""
    size = len(text) if length is None else length
    mask = mask or os.urandom(4)
    if size < 126:
        head = bytes([0x80 | opcode, 0x80 | size])
    elif size < 65536:
        head = bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 0xFF]) + size.to_bytes(8, "big")
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))
