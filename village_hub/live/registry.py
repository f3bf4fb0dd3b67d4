"""Which streams there are and who may listen to each; a stream nobody named is nobody's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from village_hub.web.policy import MissingPolicy

NAME = "live_streams"
#: `prefix` or `prefix:key`; nothing that could surprise a database or a log.
STREAM_NAME = re.compile(r"([a-z][a-z_-]{0,39})(?::([A-Za-z0-9_.:-]{1,80}))?")

#: Given a session, the listening person's id (None: a stranger) and the stream's key ("" where it has none).
MayListen = Callable[[Session, UUID | None, str], bool]


@dataclass(frozen=True, slots=True)
class Stream:
    """All streams whose name begins with one prefix, and who may listen to one of them."""

    prefix: str
    may_listen: MayListen


class Streams:
    """The streams of an application."""

    def __init__(self) -> None:
        self._by_prefix: dict[str, Stream] = {}

    def add(self, stream: Stream) -> None:
        """Take a stream in; raises MissingPolicy where it does not say who may listen."""
        if not callable(stream.may_listen):
            raise MissingPolicy(f"the stream {stream.prefix!r} names no policy")
        if not STREAM_NAME.fullmatch(stream.prefix) or ":" in stream.prefix:
            raise ValueError(f"{stream.prefix!r} cannot be a stream's prefix")
        if stream.prefix in self._by_prefix:
            raise ValueError(f"the stream {stream.prefix!r} is registered twice")
        self._by_prefix[stream.prefix] = stream

    def may_listen(self, session: Session, person_id: UUID | None, name: str) -> bool:
        """Whether this person may hear this stream now; a key that its policy cannot read (ValueError) is nobody's."""
        parts = STREAM_NAME.fullmatch(name)
        stream = self._by_prefix.get(parts[1]) if parts else None
        if parts is None or stream is None:
            return False
        try:
            return stream.may_listen(session, person_id, parts[2] or "")
        except ValueError:
            return False

    def prefixes(self) -> list[str]:
        """The registered prefixes, in order."""
        return sorted(self._by_prefix)


def register(app: Flask, stream: Stream) -> None:
    """Add a stream to an application; works before and after `server.init_app`."""
    of(app).add(stream)


def of(app: Flask) -> Streams:
    """The streams of this application."""
    return cast(Streams, app.extensions.setdefault(NAME, Streams()))
