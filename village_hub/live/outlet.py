"""What stands between engineio and a socket: its packet queue, and deadlines on the hub."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gevent import get_hub, queue
from gevent.event import Event


class Outlet(Protocol):
    """Where packets go."""

    def send(self, message: str) -> None: ...


class PacketQueue:
    """Takes the place of engineio's unbounded queue: a packet goes out at once, in order with the pushed frames.

    engineio's writing greenlet finds nothing to write; it wakes when the client is to be closed.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._ended = Event()

    @classmethod
    def replace(cls, client: Any, outlet: Outlet) -> None:
        """Give an engineio socket this queue and send what already waits in its old one."""
        waiting, client.queue = client.queue, cls(outlet)
        while not waiting.empty():
            client.queue.put(waiting.get())

    def put(self, packet: Any) -> None:
        if packet is None:
            self._ended.set()
        else:
            self._outlet.send(packet.encode())

    def get(self, block: bool = True, timeout: float | None = None) -> None:
        if not block:
            raise queue.Empty
        self._ended.wait()

    def task_done(self) -> None:
        return

    def join(self) -> None:
        return


class Deadline:
    """Calls back on the hub when its time is over; starting again starts anew."""

    def __init__(self) -> None:
        self._timer: Any = None

    def start(self, seconds: float, then: Callable[[], None]) -> None:
        self.stop()
        self._timer = get_hub().loop.timer(seconds)
        self._timer.start(then)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None
