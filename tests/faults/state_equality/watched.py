"""A real database that lets somebody look right after each commit, and back at what was there right before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from tests.services.postgres import keep_statements
from village_hub.kernel.db import Database


class WatchedDatabase(Database):
    """`remember` holds a snapshot; `as_it_was` lets everything be read from it."""

    def __init__(self, url: str, **ports: Any) -> None:
        super().__init__(url, **ports)
        keep_statements(self.engine)
        self.committed: Callable[[], None] = lambda: None
        self.is_in_the_past = False
        self._past: Connection | None = None

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        if not self.is_in_the_past:
            with super().read_session() as session:
                yield session
            return
        with Session(self._past, autoflush=False, join_transaction_mode="create_savepoint") as session:
            session.info.update(clock=self.clock, database=self)
            yield session

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        with super().write_session() as session:
            yield session
        self.committed()

    def remember(self) -> None:
        """Keep what is there now within reach, in place of what was kept before."""
        self.forget()
        engine = self.reading_engine
        if not self.is_sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        self._past = engine.connect()
        self._past.execute(text("SELECT count(*) FROM signal_stream")).scalar()

    def forget(self) -> None:
        """Let go of what is kept."""
        if self._past is not None:
            self._past.close()
            self._past = None

    @contextmanager
    def as_it_was(self) -> Iterator[None]:
        """Everything that is read meanwhile is what was there when it was last remembered."""
        self.is_in_the_past = True
        try:
            yield
        finally:
            self.is_in_the_past = False

    def dispose(self) -> None:
        self.forget()
        super().dispose()
