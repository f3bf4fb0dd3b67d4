"""What happened to files on their way in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer


@dataclass(frozen=True)
class ImportUploaded(Event, type="import.uploaded", stream="import:{run_id}"):
    """A file was handed in and waits to be read."""

    run_id: UUID


@dataclass(frozen=True)
class ImportRead(Event, type="import.read", stream="import:{run_id}"):
    """The file was read to its end, or refused; it is not needed any more."""

    run_id: UUID
    state: str


@dataclass(frozen=True)
class ImportApproved(Event, type="import.approved", stream="import:{run_id}"):
    """Somebody has seen what the file would change and wants it."""

    run_id: UUID


@dataclass(frozen=True)
class ImportDiscarded(Event, type="import.discarded", stream="import:{run_id}"):
    """The file was given up before anything of it was applied."""

    run_id: UUID


@dataclass(frozen=True)
class ImportApplied(Event, type="import.applied", stream="import:{run_id}"):
    """Everything the file says is in the database; it stands for the facts of all its rows."""

    run_id: UUID
    kind: str
    new: int
    changed: int


@dataclass(frozen=True)
class ImportDeadline(Timer, type="import.deadline"):
    """Whoever carries a file in by hand should have come to an end by now."""

    run_id: UUID
