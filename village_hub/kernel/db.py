"""The database: one truth on SQLite or PostgreSQL, with the rules that measurement taught.

Only this file knows which of the two it is. A stock SQLite set-up lost 75 of 100 concurrent updates silently (deferred
BEGIN) or failed 76 of 100 at once (no waiting), so write units start with BEGIN IMMEDIATE behind one fair lock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    Uuid,
    bindparam,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Double, TypeDecorator

from village_hub.kernel.clock import Clock, SystemClock
from village_hub.kernel.doorbell import Doorbell, SilentDoorbell
from village_hub.kernel.errors import Busy, NoRoom
from village_hub.kernel.ids import Ids, SystemIds

log = logging.getLogger(__name__)

#: Seconds that somebody waits in the line of their own process, for the turn to write or for a connection, before they
#: are refused with a hint to try again: a thousand people at once are a line of half a minute on a quiet machine.
LINE_WAIT = 120.0
#: Seconds it then waits for other processes that write to the SQLite file.
WRITE_WAIT = 10.0
#: Seconds between two tries while another process writes to the SQLite file.
WRITE_RETRY = 0.004


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored and read in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of every mapped class."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: Moment(),
        UUID: Uuid(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
    }


class seconds(FunctionElement[float]):  # noqa: N801 (an SQL function, called like one)
    """The seconds from 1970-01-01T00:00Z to a moment, for arithmetic inside a query."""

    type = Double()
    inherit_cache = True


@compiles(seconds)
def _seconds(element: seconds, compiler: SQLCompiler, **more: Any) -> str:
    return f"EXTRACT(EPOCH FROM {compiler.process(element.clauses, **more)})"


@compiles(seconds, "sqlite")
def _seconds_on_sqlite(element: seconds, compiler: SQLCompiler, **more: Any) -> str:
    moment = compiler.process(element.clauses, **more)
    whole = f"CAST(strftime('%s', substr({moment}, 1, 19)) AS INTEGER)"
    return f"({whole} + CAST('0' || substr({moment}, 20) AS REAL))"


class FairLock:
    """A lock that is handed over in the order of asking; works with threads and, once patched, with greenlets."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        turn: threading.Lock | None = None
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=LINE_WAIT):
            with self._guard:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                    raise Busy

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Database:
    """Hands out read sessions and write sessions; carries the ports that use cases need."""

    def __init__(
        self, url: str, *, clock: Clock | None = None, ids: Ids | None = None, doorbell: Doorbell | None = None
    ) -> None:
        self.url = url
        self.clock: Clock = clock or SystemClock()
        self.ids: Ids = ids or SystemIds()
        self.doorbell: Doorbell = doorbell or SilentDoorbell()
        self.is_sqlite = url.startswith("sqlite")
        self.engine, self.reading_engine = _sqlite_engines(url) if self.is_sqlite else _postgresql_engines(url)
        self._turn: AbstractContextManager[None] = FairLock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        """A session that only reads; on SQLite the connection itself refuses writes."""
        with Session(self.reading_engine, autoflush=False) as session:
            session.info.update(clock=self.clock, database=self)
            yield session

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        """One transaction: all of it or nothing; the doorbell rings after the commit."""
        with self._turn, Session(self.engine, expire_on_commit=False) as session:
            self.equip(session)
            try:
                session.connection()
                yield session
                for finish in session.info["before_commit"]:
                    finish(session)
                session.commit()
            except NoConnection as error:
                raise Busy from error
            except OperationalError as error:
                session.rollback()
                if _is_waiting_in_vain(error):
                    raise Busy from error
                if _has_no_room(error):
                    log.critical("the disk under the database is full: make room; nothing needs a restart")
                    raise NoRoom from error
                raise
        self.ring(session)

    def equip(self, session: Session) -> None:
        """Give a session what use cases reach for: clock, identifiers, and what happens around the commit."""
        session.info.update(clock=self.clock, ids=self.ids, database=self, before_commit=[], rings=set(), signals={})

    def ring(self, session: Session) -> None:
        """Ring for everything that the committed session wrote."""
        for channel, text in sorted(session.info["rings"]):
            self.doorbell.ring(channel, text)

    def now(self, session: Session) -> datetime:
        """The time that leases are measured in: the database server's own, where there is one."""
        if self.is_sqlite or not isinstance(self.clock, SystemClock):
            return self.clock.now()
        return session.execute(select(func.clock_timestamp(type_=Moment()))).scalar_one()

    def dispose(self) -> None:
        self.engine.dispose()
        self.reading_engine.dispose()


def insert_new(session: Session, table: type[Base], values: dict[str, Any] | list[dict[str, Any]]) -> int:
    """Insert rows, leaving alone those whose unique key is already there; returns how many are new."""
    return len(session.execute(_inserting(session.get_bind().dialect.name, table), values).all()) if values else 0


@cache
def _inserting(dialect: str, table: type[Base]) -> ReturningInsert[Any]:
    """The statement of `insert_new`, built once: building it costs more than running it."""
    target = cast(Table, table.__table__)
    build = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return build(target).on_conflict_do_nothing().returning(*target.primary_key)


def next_in(session: Session, counter: type[Base], stream: str, step: int = 1) -> int:
    """Take the next number of a stream; the counter's row is the lock, the order and the number in one step.

    With `step` 0 only the lock is taken.
    """
    taken = _taking(session.get_bind().dialect.name, counter)
    return session.execute(taken, {"of": stream, "step": step}).scalar_one()  # type: ignore[no-any-return]


@cache
def _taking(dialect: str, counter: type[Base]) -> ReturningInsert[Any]:
    """The statement of `next_in`."""
    target = cast(Table, counter.__table__)
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(target).values(
        stream=bindparam("of"), seq=bindparam("step")
    )
    taken = insert.on_conflict_do_update(index_elements=["stream"], set_={"seq": target.c.seq + insert.excluded.seq})
    return taken.returning(target.c.seq)


def _sqlite_engines(url: str) -> tuple[Engine, Engine]:
    writing = create_engine(url, connect_args={"timeout": 0, "check_same_thread": False}, pool_size=4, max_overflow=4)
    reading = create_engine(url, connect_args={"timeout": 5, "check_same_thread": False}, pool_size=8, max_overflow=24)
    event.listen(writing, "connect", _prepare_writer)
    event.listen(reading, "connect", _prepare_reader)
    event.listen(writing, "begin", _begin_immediately)
    event.listen(reading, "begin", _begin_reading)
    return writing, reading


def _prepare_writer(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=0"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=5000", "foreign_keys=ON", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: Connection) -> None:
    """Wait for another process's write without blocking the thread's neighbours: short sleeps, no busy timeout."""
    wait_until = time.monotonic() + WRITE_WAIT
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > wait_until:
                raise
            time.sleep(WRITE_RETRY)


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _postgresql_engines(url: str) -> tuple[Engine, Engine]:
    options = {"options": "-c lock_timeout=3000 -c timezone=UTC"}
    pool: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_timeout": LINE_WAIT, "pool_pre_ping": True}
    engine = create_engine(url, connect_args=options, **pool)
    # A page's rows and the positions that it listens from must be of one moment, or it could miss what lies between.
    return engine, engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")


def _has_no_room(error: OperationalError) -> bool:
    return "disk is full" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "53100"


def _is_waiting_in_vain(error: OperationalError) -> bool:
    return "locked" in str(error) or getattr(error.orig, "sqlstate", None) in ("55P03", "40P01", "57014")
