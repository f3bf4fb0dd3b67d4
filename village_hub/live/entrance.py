"""What is checked before engineio sees a request for a socket: it keeps a client for every one it is shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import urlsplit

from village_hub.live.transport import SOCKET

PATH = "/socket.io"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Entrance:
    """Lets complete WebSocket handshakes through to the sockets, and everything else to the pages."""

    def __init__(self, pages: Application, sockets: Application, is_full: Callable[[], bool]) -> None:
        self._pages = pages
        self._sockets = sockets
        self._is_full = is_full

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != PATH and not path.startswith(PATH + "/"):
            return self._pages(environ, start_response)
        refusal = _refusal(environ)
        if refusal is None and self._is_full():
            refusal = "503 Service Unavailable"
        if refusal is None:
            return self._sockets(environ, start_response)
        headers = [("Content-Type", "text/plain"), ("Connection", "close")]
        if refusal.startswith("426"):
            headers += [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket")]
        start_response(refusal, headers)
        return [refusal.encode()]


def is_same_host(origin: str | None, environ: Environ, allowed: Collection[str]) -> bool:
    """Whether a page of this host, or of an origin that was configured, asks; the proxy may have ended TLS."""
    if origin is None or origin.rstrip("/") in allowed:
        return True
    hosts = {environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST", "").split(",")[0].strip()}
    parts = urlsplit(origin)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.netloc in hosts or (parts.port == default and (parts.hostname or "") in hosts)


def _refusal(environ: Environ) -> str | None:
    if environ.get("REQUEST_METHOD") != "GET" or _has_body(environ):
        return "400 Bad Request"
    upgrade = environ.get("HTTP_UPGRADE", "").lower()
    connection = [part.strip() for part in environ.get("HTTP_CONNECTION", "").lower().split(",")]
    if upgrade != "websocket" or "upgrade" not in connection or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return "426 Upgrade Required"
    if not _is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")):
        return "400 Bad Request"
    return None if SOCKET in environ else "501 Not Implemented"


def _has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
