"""Everything that outlives the processes: the database and the installation's folder, kept and brought back."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from tests.conftest import NINE_O_CLOCK
from tests.faults.crash_points.ports import NumberedIds
from tests.services.postgres import keep_statements
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Base, Database

Stored = list[dict[str, Any]]


class Keeper(Protocol):
    """Keeps what one database holds, as often as asked."""

    def save(self) -> Any: ...

    def restore(self, kept: Any) -> None: ...

    def marks(self) -> dict[str, str]: ...


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
        keep_statements(self.database.engine)
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

    def marks(self) -> dict[str, str]:
        """By table what is another whenever its rows are others."""
        return self._keeper.marks()


@dataclass
class _SqliteFile:
    """SQLite: copies of the file, which nobody may have open meanwhile."""

    database: Database
    file: Path
    folder: Path
    tables: list[sa.Table] = field(default_factory=lambda: list(Base.metadata.sorted_tables))
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

    def marks(self) -> dict[str, str]:
        with self.database.reading_engine.connect() as connection:
            rows = {table.name: connection.exec_driver_sql(f"SELECT * FROM {table.name}") for table in self.tables}
            return {name: md5(repr(found.all()).encode()).hexdigest() for name, found in rows.items()}


@dataclass
class _Rows:
    """PostgreSQL: the rows of every table, since a copy of a database takes it a fifth of a second."""

    database: Database
    tables: list[sa.Table] = field(default_factory=lambda: list(Base.metadata.sorted_tables))
    #: Of each table what somebody has read last, and the mark that it bore then: unmarked rows are not read again.
    known: dict[str, tuple[str, Stored]] = field(default_factory=dict)

    def marks(self) -> dict[str, str]:
        with self.database.engine.connect() as connection:
            return self._marked(connection)

    def save(self) -> dict[str, Stored]:
        with self.database.engine.connect() as connection:
            marks = self._marked(connection)
            for table in self.tables:
                mark = marks[table.name]
                if table.name not in self.known or self.known[table.name][0] != mark:
                    read = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
                    self.known[table.name] = mark, [dict(row) for row in read]
        return {name: rows for name, (_, rows) in self.known.items()}

    def restore(self, kept: dict[str, Stored]) -> None:
        with self.database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no keys and triggers meanwhile
            marks = self._marked(connection)
            for table in self.tables:
                rows = kept[table.name]
                if self.known.get(table.name) == (marks[table.name], rows):
                    continue
                connection.execute(table.delete())
                if rows:
                    connection.execute(table.insert(), rows)
            marks = self._marked(connection)
        self.known = {name: (marks[name], rows) for name, rows in kept.items()}

    def _marked(self, connection: sa.Connection) -> dict[str, str]:
        """A mark tells where the rows lie and which transactions wrote them: whoever writes any gives it another."""
        mark = "coalesce(md5(string_agg(ctid::text || xmin::text, '')), '')"
        asked = " UNION ALL ".join(f"SELECT '{each.name}', {mark} FROM {each.name}" for each in self.tables)
        return dict(connection.exec_driver_sql(asked).all())
