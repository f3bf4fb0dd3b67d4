"""Our own WebSocket transport for python-engineio under gevent's pywsgi.

The stock one ignores partial writes and so corrupts the stream of a slow reader, buffers an unauthenticated message
whole, waits for ever for a CONNECT and queues without bound. Here every frame is written whole or the socket is closed:
a client that was closed resumes by its positions. Writing never blocks; what the kernel does not take waits here.
"""

from __future__ import annotations

import errno
import socket as sockets
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gevent import get_hub
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, generate_accept_token

from village_hub.live.outlet import Deadline, PacketQueue
from village_hub.live.protocol import text_frame

#: Where the WSGI handler puts the raw socket, and where the transport of a connection is found by its environ.
SOCKET, TRANSPORT = "village_hub.socket", "village_hub.websocket"
READ_SIZE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may cost."""

    message_bytes: int = 64 * 1024
    messages_per_second: int = 20
    queue_bytes: int = 256 * 1024
    queue_frames: int = 512
    connect_seconds: float = 10.0
    send_seconds: float = 10.0


class Refused(Exception):
    """The client broke a rule; the socket is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class WebSocket:
    """One client's connection, as engineio expects a WebSocket of its asynchronous mode."""

    def __init__(
        self, handler: Callable[[Any], Any], limits: Limits, is_heard: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._handler = handler
        self._limits = limits
        self._is_heard = is_heard
        self._protocol = Connection(ConnectionType.SERVER)
        self._inbox: deque[str] = deque()
        self._parts: list[str] = []
        self._size = 0
        self._credit = float(limits.messages_per_second)
        self._counted_at = time.monotonic()
        self._outgoing: deque[bytes] = deque()
        self._outgoing_bytes = 0
        self._writable: Any = None
        self._connect_deadline = Deadline()
        self._send_deadline = Deadline()
        self._closing = self._closed = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer the handshake (already checked), then serve until the connection ends."""
        self._socket = environ[SOCKET]
        client = self._handler.__self__  # type: ignore[attr-defined]
        try:
            start_response("101 Switching Protocols", _accepting(environ))(b"")
            self._early = _already_read(self._socket, environ["wsgi.input"])
            environ[TRANSPORT] = self
            self.expect_connect()
            PacketQueue.replace(client, self)
            self._handler(self)
        except OSError:
            return []
        finally:
            self._end()
            client.close(wait=False, abort=True)
        return []

    def expect_connect(self) -> None:
        """Close the socket unless it enters the namespace in time."""
        if self._closing:
            return
        self._connect_deadline.start(
            self._limits.connect_seconds, lambda: self.close(CloseReason.POLICY_VIOLATION, "no CONNECT")
        )

    def admitted(self) -> None:
        """The client has entered the namespace."""
        self._connect_deadline.stop()

    def wait(self) -> str | None:
        """The next message that is to be heard, or None when the connection has ended."""
        while not self._inbox:
            received = self._receive()
            if not received or self._closing:
                self._end()
                return None
            try:
                self._take(received)
            except Refused as refusal:
                self.close(refusal.code, str(refusal))
                return None
        return self._inbox.popleft()

    def send(self, message: str) -> None:
        """Send one Engine.IO packet."""
        self.push(text_frame(message))

    def push(self, frame: bytes) -> bool:
        """Write a whole frame now or queue what the kernel did not take; False when the client is or gets closed."""
        if self._closing:
            return False
        if not self._outgoing:
            return self._write(frame)
        self._queue(frame)
        too_many = len(self._outgoing) > self._limits.queue_frames
        if too_many or self._outgoing_bytes > self._limits.queue_bytes:
            self._end()
            return False
        return True

    def close(self, code: int = CloseReason.NORMAL_CLOSURE, reason: str | None = None) -> None:
        """Say goodbye after what is already queued, then end; a reader that stays stuck is cut off."""
        if self._closing:
            return
        self._closing = True
        try:
            farewell = bytes(self._protocol.send(CloseConnection(code, reason)))
        except LocalProtocolError:
            farewell = b""
        if self._outgoing:
            self._queue(farewell)
        elif farewell:
            self._write(farewell)
        if not self._outgoing:
            self._end()

    def _receive(self) -> bytes:
        if self._closed:
            return b""
        if self._early:
            early, self._early = self._early, b""
            return early
        try:
            received: bytes = self._socket.recv(READ_SIZE)
            return received
        except OSError:
            return b""

    def _take(self, received: bytes) -> None:
        """Parse what came in, never holding more than one message of the largest size and one read."""
        self._protocol.receive_data(received)
        for event in self._protocol.events():
            if isinstance(event, CloseConnection):
                raise Refused(_answerable(event.code), event.reason or "")
            if not isinstance(event, TextMessage) or event.frame_finished:
                self._count()
            if isinstance(event, TextMessage):
                self._collect(event)
            elif isinstance(event, BytesMessage):
                raise Refused(CloseReason.UNSUPPORTED_DATA, "text only")
            elif isinstance(event, Ping):
                self.push(bytes(self._protocol.send(event.response())))

    def _count(self) -> None:
        now = time.monotonic()
        rate = self._limits.messages_per_second
        self._credit = min(rate, self._credit + (now - self._counted_at) * rate) - 1
        self._counted_at = now
        if self._credit < 0:
            raise Refused(CloseReason.POLICY_VIOLATION, "too many messages")

    def _collect(self, event: TextMessage) -> None:
        self._parts.append(event.data)
        self._size += len(event.data.encode())
        if self._size > self._limits.message_bytes:
            raise Refused(CloseReason.MESSAGE_TOO_BIG, "message too big")
        if not event.message_finished:
            return
        message = "".join(self._parts)
        self._parts.clear()
        self._size = 0
        try:
            if self._is_heard(message):
                self._inbox.append(message)
        except ValueError as error:
            raise Refused(CloseReason.POLICY_VIOLATION, str(error)[:100]) from None

    def _write(self, frame: bytes) -> bool:
        sent = self._try(frame)
        if sent is None:
            self._end()
            return False
        if sent < len(frame):
            self._queue(frame[sent:])
            self._writable = get_hub().loop.io(self._socket.fileno(), 2)
            self._writable.start(self._flush)
            self._send_deadline.start(self._limits.send_seconds, self._end)
        return True

    def _queue(self, rest: bytes) -> None:
        self._outgoing.append(rest)
        self._outgoing_bytes += len(rest)

    def _flush(self) -> None:
        """Runs in the hub whenever the kernel takes more: must not block."""
        while self._outgoing:
            sent = self._try(self._outgoing[0])
            if sent is None:
                return self._end()
            if sent:
                self._outgoing_bytes -= sent
                self._send_deadline.start(self._limits.send_seconds, self._end)
            if sent < len(self._outgoing[0]):
                self._outgoing[0] = self._outgoing[0][sent:]
                return None
            self._outgoing.popleft()
        self._stop_flushing()
        return self._end() if self._closing else None

    def _try(self, data: bytes) -> int | None:
        """Bytes that the kernel took without waiting, or None when the connection is gone."""
        try:
            sent: int = self._socket.send(data, 0, 0.0)
            return sent
        except OSError as error:
            return 0 if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK) else None

    def _stop_flushing(self) -> None:
        self._send_deadline.stop()
        if self._writable is not None:
            self._writable.stop()
            self._writable.close()
            self._writable = None

    def _end(self) -> None:
        """Cut the connection; the reading greenlet wakes and engineio forgets the client."""
        if self._closed:
            return
        self._closing = self._closed = True
        self._connect_deadline.stop()
        self._stop_flushing()
        self._outgoing.clear()
        try:
            self._socket.shutdown(sockets.SHUT_RDWR)
        except OSError:
            return


def _accepting(environ: dict[str, Any]) -> list[tuple[str, str]]:
    token = generate_accept_token(environ["HTTP_SEC_WEBSOCKET_KEY"].encode()).decode()
    return [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", token)]


def _already_read(socket: Any, stream: Any) -> bytes:
    """Bytes that the HTTP parser read ahead; frames sent together with the handshake would be lost otherwise."""
    socket.settimeout(0.0)
    early = bytes(stream.peek())
    socket.settimeout(None)
    stream.close()
    return early


def _answerable(code: int) -> int:
    """The code to answer a close with: some may be received, or stand for none, but never be sent."""
    return code if code != CloseReason.NO_STATUS_RCVD else CloseReason.NORMAL_CLOSURE
