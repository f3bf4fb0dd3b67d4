"""Carrying a file in, one transaction after the other: read in bounded batches, drafted, written in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from village_hub.imports import queries, service
from village_hub.imports.queries import RunFacts, StagedRow
from village_hub.imports.reading import AnyRow, Code, FileRefused, Kind, Limits, RowProblem, read, read_row
from village_hub.imports.service import Applying, Batch, Draft, Importer, Reading
from village_hub.kernel.db import Database

#: Table rows that one transaction writes while a file is read.
BATCH = 500
#: Table rows that one transaction drops, about.
FORGOTTEN = 5_000
#: Problems that are listed before a file is given back as a whole.
MOST_PROBLEMS = 50_000
_CHUNK = 1 << 20

#: Hears how many of how many lines are done.
Say = Callable[[int, int], None]


def import_file(
    database: Database,
    kind: Kind,
    path: Path,
    *,
    dry_run: bool = False,
    limits: Limits | None = None,
    say: Say = lambda _done, _total: None,
) -> RunFacts:
    """Carry a file in from where it lies, at once; a dry run only counts."""
    with database.write_session() as session:
        size = path.stat().st_size
        run_id = service.start_by_hand(session, kind, file_name=path.name, size=size, now=_now(database))
        reading = service.begin_reading(session, run_id)
    if reading is None:
        raise RuntimeError("the run that was just started is gone")
    try:
        return _carry_in(database, reading, path, dry_run=dry_run, limits=limits, say=say)
    except service.Overtaken:
        raise
    except (Exception, KeyboardInterrupt):
        with database.write_session() as session:
            service.give_up(session, run_id, now=_now(database))
        raise


def _carry_in(
    database: Database, reading: Reading, path: Path, *, dry_run: bool, limits: Limits | None, say: Say
) -> RunFacts:
    run_id = reading.run_id
    refused = check(database, reading, path, limits=limits, say=say)
    with database.write_session() as session:
        applying = None if dry_run or refused else service.go_on(session, reading)
        if applying is None:
            service.finish_reading(session, reading, refused, now=_now(database))
    if applying is None:
        return _facts(database, run_id)
    while applying:
        draft(database, applying, say=say)
        applying = _write(database, applying)
    forget(database, run_id)
    return _facts(database, run_id)


def check(
    database: Database,
    reading: Reading,
    path: Path,
    *,
    limits: Limits | None = None,
    say: Say = lambda _done, _total: None,
) -> FileRefused | None:
    """Read a file and set its rows aside batch by batch; returns why it is refused, or None."""
    with database.read_session() as session:
        importer = service.open_importer(session, reading.kind, _now(database))
    try:
        total = _lines(path)
        with path.open("rb") as file:
            for batch, done in _batches(importer, read(file, reading.kind, limits or Limits(bytes=reading.size))):
                with database.write_session() as session:
                    service.stage(session, reading, importer, batch, done=done, total=total)
                say(done, total)
    except FileNotFoundError:
        return FileRefused(Code.FILE_GONE)
    except FileRefused as refused:
        return refused
    return None


def draft(database: Database, applying: Applying, *, say: Say = lambda _done, _total: None) -> None:
    """Work out what will be written for each row, so that writing takes no longer than it must."""
    with database.read_session() as session:
        importer = service.open_importer(session, applying.kind, _now(database))
        total = queries.staged_count(session, applying.run_id)
    last = done = 0
    while rows := _staged(database, applying.run_id, last):
        last = rows[-1].line
        drafts: list[tuple[StagedRow, Draft]] = []
        problems: list[RowProblem] = []
        for row in rows:
            result = _drafted(importer, applying.kind, row)
            if isinstance(result, RowProblem):
                problems.append(result)
            else:
                drafts.append((row, result))
        with database.write_session() as session:
            service.keep_drafts(session, applying, importer, drafts, problems)
        done += len(rows)
        say(done, total)


def forget(database: Database, run_id: UUID) -> None:
    """Drop what was set aside for a run that is over, a little at a time."""
    is_done = False
    while not is_done:
        with database.write_session() as session:
            is_done = service.forget_rows(session, run_id, limit=FORGOTTEN)


def _write(database: Database, applying: Applying) -> Applying | None:
    """Where another import came between, begin anew."""
    try:
        with database.write_session() as session:
            service.write(session, applying, now=_now(database))
    except service.Overtaken:
        with database.write_session() as session:
            return service.begin_applying(session, applying.run_id)
    return None


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b"")) + 1


def _batches(importer: Importer, results: Iterator[AnyRow | RowProblem]) -> Iterator[tuple[Batch, int]]:
    batch, listed, line, refused_line = Batch(), 0, 0, 0
    for result in results:
        if batch.weight >= BATCH and result.line != line:
            yield batch, line
            batch = Batch()
        line = result.line
        taken = result if isinstance(result, RowProblem) else importer.draft(result)
        if isinstance(taken, RowProblem):
            batch.problems.append(taken)
            batch.refused += refused_line != line
            refused_line = line
            listed += 1
            if listed > MOST_PROBLEMS:
                raise FileRefused(Code.TOO_MANY_PROBLEMS, {"limit": MOST_PROBLEMS})
        elif not isinstance(result, RowProblem):
            batch.rows[importer.key(result)] = result
    if batch.weight:
        yield batch, line


def _staged(database: Database, run_id: UUID, after: int) -> list[StagedRow]:
    with database.read_session() as session:
        return queries.staged(session, run_id, after=after, limit=BATCH)


def _drafted(importer: Importer, kind: Kind, row: StagedRow) -> Draft | RowProblem:
    read_again = read_row(kind, row.cells, row.line)
    return read_again[0] if isinstance(read_again, list) else importer.draft(read_again)


def _facts(database: Database, run_id: UUID) -> RunFacts:
    with database.read_session() as session:
        facts = queries.run(session, run_id)
    if facts is None:
        raise LookupError(run_id)
    return facts


def _now(database: Database) -> datetime:
    return database.clock.now()
