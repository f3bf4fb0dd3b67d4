"""The gevent server under pages and sockets: hands out raw sockets, waits for nobody for ever, stops gracefully."""

from __future__ import annotations

import logging
from typing import Any

import gevent
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from village_hub.live.transport import SOCKET

log = logging.getLogger(__name__)

#: Seconds a connection may rest between two requests, and may take for the lines of one request's head.
IDLE_SECONDS, HEAD_SECONDS = 75.0, 10.0


class Handler(WSGIHandler):
    """Puts the raw socket into environ for our own transport."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[SOCKET] = self.socket
        return environ

    def read_requestline(self) -> str:
        self.server.resting.add(self)
        line: str = ""
        try:
            with gevent.Timeout(IDLE_SECONDS, False):
                line = super().read_requestline()
        finally:
            self.server.resting.discard(self)
        return line

    def read_request(self, raw_requestline: str) -> Any:
        with gevent.Timeout(HEAD_SECONDS, ValueError("the request's head took too long")):
            return super().read_request(raw_requestline)

    def handle_one_response(self) -> None:
        super().handle_one_response()
        # After a WebSocket ended, bytes that were left over are not another request.
        if self.code == 101 or self.server.stopping:
            self.close_connection = True


class Server(WSGIServer):
    """Knows which connections rest, so that stopping waits only for answers under way."""

    handler_class = Handler

    def __init__(self, address: tuple[str, int], application: Any) -> None:
        super().__init__(address, application, backlog=1024, spawn=Pool(), log=None, error_log=log)
        self.resting: set[Handler] = set()
        self.stopping = False

    def stop(self, timeout: float | None = None) -> None:
        """Take no more, end resting connections, give answers under way their time."""
        self.stopping = True
        self.close()
        for handler in list(self.resting):
            handler.socket.shutdown(2)
        super().stop(timeout)
