"""Everything that outlives the processes: the database and the installation's folder, kept and brought back."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from tests.conftest import NINE_O_CLOCK
from tests.faults.crash_points.ports import NumberedIds
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Base, Database


class Keeper(Protocol):
    """Keeps what one database holds, as often as asked."""

    def save(self) -> Any: ...

    def restore(self, kept: Any) -> None: ...


@dataclass(frozen=True)
class Snapshot:
    """The state of a moment."""

    rows: Any
    home: Path


class State:
    """One installation's database and folder; nobody reads or writes while it is kept or brought back."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.home, self._kept = url, folder / "home", folder / "kept"
        self.home.mkdir()
        self._kept.mkdir()
        self.database = Database(url, clock=SettableClock(NINE_O_CLOCK), ids=NumberedIds(0))
        self._keeper: Keeper = (
            _SqliteFile(self.database, Path(url.removeprefix("sqlite:///")), self._kept)
            if self.database.is_sqlite
            else _Rows(self.database)
        )
        self._number = 0

    def save(self) -> Snapshot:
        """Keep everything as it is."""
        self._number += 1
        home = self._kept / f"home-{self._number}"
        shutil.copytree(self.home, home)
        return Snapshot(self._keeper.save(), home)

    def restore(self, kept: Snapshot) -> None:
        """Bring everything back as it was."""
        self._keeper.restore(kept.rows)
        shutil.rmtree(self.home)
        shutil.copytree(kept.home, self.home)


@dataclass
class _SqliteFile:
    """SQLite: copies of the file, which nobody may have open meanwhile."""

    database: Database
    file: Path
    folder: Path
    number: int = 0

    def save(self) -> Path:
        self.database.dispose()
        connection = sqlite3.connect(self.file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.number += 1
        kept = self.folder / f"{self.number}.sqlite3"
        shutil.copy(self.file, kept)
        return kept

    def restore(self, kept: Path) -> None:
        self.database.dispose()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(kept, self.file)


@dataclass
class _Rows:
    """PostgreSQL: the rows of every table, since a copy of a database takes it a fifth of a second."""

    database: Database
    tables: list[sa.Table] = field(default_factory=lambda: list(Base.metadata.sorted_tables))

    def save(self) -> dict[sa.Table, list[dict[str, Any]]]:
        with self.database.engine.connect() as connection:
            return {table: self._rows(connection, table) for table in self.tables}

    def restore(self, kept: dict[sa.Table, list[dict[str, Any]]]) -> None:
        with self.database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no keys and triggers meanwhile
            for table, rows in kept.items():
                if self._rows(connection, table) == rows:
                    continue
                connection.execute(table.delete())
                if rows:
                    connection.execute(table.insert(), rows)

    def _rows(self, connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
        keys = list(table.primary_key.columns)
        return [dict(row) for row in connection.execute(sa.select(table).order_by(*keys)).mappings()]
