"""The words on the wire: the few messages a client may send, and the frames it is sent."""

from __future__ import annotations

import json
import re
from typing import Any

from engineio import packet as engine
from socketio import packet as socket
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

NAMESPACE = "/live"
HEARD = ("subscribe", "unsubscribe")
#: Engine.IO close, ping and pong; Socket.IO CONNECT, DISCONNECT and EVENT of the one namespace.
_SHAPE = re.compile(r"[123]|4(?:[01]/live,?(?P<data>.*)|2/live,[0-9]{0,9}(?P<event>\[.*\]))", re.DOTALL)
_encoder = Connection(ConnectionType.SERVER)


def is_heard(message: str) -> bool:
    """Whether a message is passed on or ignored; raises ValueError for what no client of ours would send."""
    shape = _SHAPE.fullmatch(message)
    if shape is None:
        raise ValueError("not a message of this protocol")
    if shape["data"] and not isinstance(_parsed(shape["data"]), dict):
        raise ValueError("an object was expected")
    if shape["event"] is None:
        return True
    event = _parsed(shape["event"])
    if not event or not isinstance(event[0], str):
        raise ValueError("an event has a name")
    return event[0] in HEARD


def event_frame(name: str, data: dict[str, Any]) -> bytes:
    """One WebSocket frame with a Socket.IO event, the same bytes for everybody who gets it."""
    event = socket.Packet(socket.EVENT, data=[name, data], namespace=NAMESPACE)
    return text_frame(engine.Packet(engine.MESSAGE, event.encode()).encode())


def text_frame(text: str) -> bytes:
    """One unmasked, unfragmented WebSocket text frame."""
    return bytes(_encoder.send(TextMessage(data=text)))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
