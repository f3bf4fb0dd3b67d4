"""What a capability does with the rows of one kind of file, and which capability does it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, Subquery, select
from sqlalchemy.orm import Session

from village_hub.imports.models import Change, ImportSource
from village_hub.imports.reading import AnyRow, Kind, RowProblem

Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be written for a row, as JSON values, and its dated parts: from when to when."""

    values: dict[str, Any]
    parts: tuple[Moments, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing that is already here: from a file, or our own, which no file changes."""

    id: UUID
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """A drafted row and the thing that it is written to."""

    id: UUID
    change: Change
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """The dated parts of a whole run, to be written by statements: `things` are the ids of what was written."""

    things: Select[tuple[UUID]]
    #: With the columns id, whole_id, starts_at, ends_at.
    spans: Subquery


class Importer(Protocol):
    """Opened anew for each pass over a file, with what it needs to know read once."""

    def key(self, row: Any) -> str:
        """What finds the same thing again, whatever else its row says by then."""
        ...

    def standing(self, session: Session, keys: Collection[str]) -> Mapping[str, Standing]:
        """Which of these things are already here."""
        ...

    def draft(self, row: Any) -> Draft | RowProblem:
        """What will be written for a row, or why it cannot be; outside any transaction."""
        ...

    def write(self, session: Session, rows: Mapping[str, Staged], *, now: datetime) -> Mapping[str, Change]:
        """Write a batch in as few statements as there are kinds of change; says what became of each key."""
        ...

    def write_parts(self, session: Session, parts: Parts, *, now: datetime) -> None:
        """Write the parts of everything that was written."""
        ...


Open = Callable[[Session, datetime], Importer]
_open: dict[Kind, Open] = {}


def register_importer(kind: Kind, opening: Open) -> None:
    """Let a capability take the rows of one kind of file."""
    _open[kind] = opening


def open_importer(session: Session, kind: Kind, now: datetime) -> Importer:
    """The importer of this kind; raises KeyError where no capability takes it."""
    return _open[kind](session, now)


def source_key(row: AnyRow) -> str:
    """A row's identity as a key of fixed length."""
    digest = hashlib.sha256("\0".join(row.identity).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{row.kind}:{digest[:40]}"


def judge(
    session: Session, kind: Kind, standing: Mapping[str, Standing], hashes: Mapping[str, str]
) -> dict[str, Change]:
    """What a file would do to each key, given the hash of what it says now."""
    query = select(ImportSource.source_key, ImportSource.content_hash).where(ImportSource.kind == kind)
    said = dict(session.execute(query.where(ImportSource.source_key.in_(list(hashes)))).all())
    return {key: _judge(standing.get(key), said.get(key) == hash_) for key, hash_ in hashes.items()}


def _judge(standing: Standing | None, says_the_same: bool) -> Change:
    if standing is None:
        return Change.NEW
    return Change.SAME if says_the_same or standing.is_ours else Change.CHANGED
