"""Reading and applying the files that were handed in, and forgetting them afterwards."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

import village_hub.activities.importing
import village_hub.places.importing  # noqa: F401  (both take the rows of their files once they are known)
from village_hub.imports import importing, queries, service
from village_hub.imports.events import (
    ImportApplied,
    ImportApproved,
    ImportDeadline,
    ImportDiscarded,
    ImportRead,
    ImportUploaded,
)
from village_hub.imports.queries import RunFacts
from village_hub.imports.reading import FileRefused
from village_hub.imports.service import Applying, Reading
from workers.actor import Effect, Ports, actor

#: Seconds that reading or drafting a file of the largest size may take before another worker begins anew.
LEASE = 180

Finished = ImportRead | ImportApplied | ImportDiscarded
Outcome = tuple[Reading, FileRefused | None]


def _prepare_reading(session: Session, event: ImportUploaded, *, now: datetime, attempt: int) -> Reading | None:
    return service.begin_reading(session, event.run_id)


def _read(reading: Reading, ports: Ports) -> Outcome:
    try:
        return reading, importing.check(ports.database, reading, Path(reading.stored_at))
    except service.Overtaken:
        return reading, None


def _settle_reading(session: Session, event: ImportUploaded, outcome: Outcome, *, now: datetime) -> None:
    service.finish_reading(session, *outcome, now=now)


def _prepare_applying(session: Session, event: ImportApproved, *, now: datetime, attempt: int) -> Applying | None:
    return service.begin_applying(session, event.run_id)


def _draft(applying: Applying, ports: Ports) -> Applying:
    with suppress(service.Overtaken):
        importing.draft(ports.database, applying)
    return applying


def _settle_applying(session: Session, event: ImportApproved, applying: Applying, *, now: datetime) -> None:
    service.write(session, applying, now=now)


def _finished(session: Session, event: Finished, *, now: datetime, attempt: int) -> RunFacts | None:
    return queries.run(session, event.run_id)


def _forget(run: RunFacts, ports: Ports) -> None:
    importing.forget(ports.database, run.id)
    if run.stored_at:
        Path(run.stored_at).unlink(missing_ok=True)


def _forgotten(session: Session, event: Finished, outcome: None, *, now: datetime) -> None:
    return


@actor
def give_up(session: Session, timer: ImportDeadline, *, now: datetime) -> None:
    """A command that was killed leaves nothing behind."""
    service.give_up(session, timer.run_id, now=now)


read = Effect("imports.read", _prepare_reading, _read, _settle_reading, LEASE)
apply = Effect("imports.apply", _prepare_applying, _draft, _settle_applying, LEASE)
forget = Effect("imports.forget", _finished, _forget, _forgotten)
