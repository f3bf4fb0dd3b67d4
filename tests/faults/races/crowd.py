"""Many people who press at the same moment, cheaply: every request is on its way before the first answer is read."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from tests.faults.races.filling import filled_forms
from tests.journeys.forms import Pairs
from village_hub.kernel.clock import SystemClock
from village_hub.web.idempotency import FIELD

#: Seconds until a web process must have answered everybody, on the slowest machine.
PATIENCE = 300


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    location: str = ""
    text: str = ""
    cookies: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Press:
    """A form on its way: to which web process, from which device, and what it says."""

    port: int
    path: str
    pairs: Pairs
    cookies: Mapping[str, str]

    def by(self, token: str, *, port: int | None = None) -> Press:
        """The same button pressed on another person's device, under a key of its own."""
        cookies = {**self.cookies, "village": token}
        return replace(self.keyed(), cookies=cookies, port=port or self.port)

    def keyed(self, key: str = "") -> Press:
        """The same under this key, or a fresh one."""
        return self.saying(**{FIELD: key or str(uuid4())})

    def saying(self, **values: str) -> Press:
        """The same with these fields filled in."""
        kept = [(name, value) for name, value in self.pairs if name not in values]
        return replace(self, pairs=[*kept, *values.items()])


@dataclass(frozen=True)
class Device:
    """A browser on which somebody is signed in."""

    port: int
    token: str

    def see(self, path: str, cookies: Mapping[str, str] | None = None) -> Answer:
        """Open a page."""
        return _read(_connected(self.port), _get(path, {"village": self.token, **(cookies or {})}))

    def press(self, page: str, action: str, **values: str) -> Press:
        """Open a page and fill in its form that leads to an address ending in `action`; it is not sent yet."""
        answer = self.see(page)
        forms = filled_forms(page, answer.text, SystemClock().now(), values)
        found = [each for each in forms if each.action.endswith(action)]
        assert found, f"{page} has no form to …{action}: {answer.status} {answer.location}"
        cookies = {"village": self.token, **(answer.cookies or {})}
        return Press(self.port, found[0].action, found[0].pairs, cookies)


def at_once(presses: Sequence[Press]) -> list[Answer]:
    """Everybody is connected, then everybody has sent, then the answers are read."""
    lines = [_connected(each.port) for each in presses]
    for line, press in zip(lines, presses, strict=True):
        line.sendall(_post(press))
    return [_answer(line) for line in lines]


def following(press: Press, **values: str) -> Press:
    """Send a form, and have the last form of the page that answers before one, without sending it."""
    (answer,) = at_once([press])
    *_, last = filled_forms(press.path, answer.text, SystemClock().now(), values)
    return replace(press, path=last.action, pairs=last.pairs)


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def _read(line: socket.socket, request: bytes) -> Answer:
    line.sendall(request)
    return _answer(line)


def _answer(line: socket.socket) -> Answer:
    with line, HTTPResponse(line) as response:
        try:
            response.begin()
            text = response.read().decode(errors="replace")
        except (OSError, HTTPException):
            return Answer(0)
        cookies = SimpleCookie("; ".join(response.headers.get_all("Set-Cookie", [])))
        named = {name: each.value for name, each in cookies.items() if each.value}
        return Answer(response.status, urlsplit(response.headers.get("Location", "")).path, text, named)


def _get(path: str, cookies: Mapping[str, str]) -> bytes:
    return _head("GET", path, cookies) + b"\r\n"


def _post(press: Press) -> bytes:
    body = urlencode(press.pairs).encode()
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return _head("POST", press.path, press.cookies) + kind.encode() + body


def _head(method: str, path: str, cookies: Mapping[str, str]) -> bytes:
    carried = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {carried}\r\n".encode()
