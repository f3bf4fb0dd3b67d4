from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from tests.services import installing, postgres, valkey
from tests.services.browser import chromium
from tests.services.leash import ServerDidNotStart, leashed
from tests.services.postgres import Postgres, copy_of

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[2]

HOLDER = """
import signal
from pathlib import Path
import redis
from tests.services.{service} import server
with server() as running:
    print({process}, {directory}, flush=True)
    signal.pause()
"""
POSTGRES = {
    "service": "postgres",
    "process": "(running.directory / 'cluster' / 'postmaster.pid').read_text().split()[0]",
    "directory": "running.directory",
}
VALKEY = {
    "service": "valkey",
    "process": "redis.Redis.from_url(running).info()['process_id']",
    "directory": "Path(running[len('unix://'):]).parent",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres.server() as running:
        yield running


def test_postgres_answers_through_sqlalchemy(server: Postgres) -> None:
    engine = create_engine(server.url())

    with engine.connect() as connection:
        answer = connection.execute(text("SELECT count(*) FROM pg_roles WHERE rolname = 'village_hub'")).scalar()

    assert answer == 1
    engine.dispose()


def test_a_copy_has_the_tables_of_its_pattern_and_goes_with_its_block(server: Postgres) -> None:
    server.create_database("pattern")
    with psycopg.connect(_plain(server.url("pattern")), autocommit=True) as connection:
        connection.execute("CREATE TABLE village (name text)")

    with copy_of(server.url("pattern")) as url, psycopg.connect(_plain(url)) as connection:
        assert connection.execute("SELECT count(*) FROM village").fetchone() == (0,)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(_plain(url))


def test_a_database_goes_even_while_somebody_is_connected(server: Postgres) -> None:
    server.create_database("doomed")
    connection = psycopg.connect(_plain(server.url("doomed")))

    server.drop_database("doomed")

    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_postgres_does_not_run_as_root(server: Postgres) -> None:
    cluster = server.directory / "cluster"

    owner = cluster.stat().st_uid  # PostgreSQL only opens a cluster of its own account

    assert owner != 0


def test_valkey_answers() -> None:
    with valkey.server() as url:
        connection = redis.Redis.from_url(url)

        connection.set("bell", "rung")

        assert connection.get("bell") == b"rung"
        connection.close()


@pytest.mark.browser
def test_chromium_shows_a_page() -> None:
    with chromium() as browser:
        page = browser.new_page()

        page.set_content("<h1>평생학습마을</h1>")

        assert page.inner_text("h1") == "평생학습마을"


@pytest.mark.parametrize("kind", [POSTGRES, VALKEY], ids=["postgres", "valkey"])
def test_a_server_goes_with_its_holder_when_that_is_killed(kind: dict[str, str]) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(**kind)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    process, directory = holder.stdout.readline().split()
    assert _runs(int(process))

    holder.send_signal(signal.SIGKILL)
    holder.wait()

    assert _within(15, lambda: not _runs(int(process)) and not Path(directory).exists())
    holder.stdout.close()


def test_without_the_leash_a_server_outlives_its_holder(tmp_path: Path) -> None:
    script = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    server = int(holder.stdout.readline())

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    time.sleep(0.5)

    assert _runs(server)
    os.kill(server, signal.SIGKILL)
    holder.stdout.close()
    holder.stdin.close()


def test_a_server_goes_with_its_leash_when_that_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "process"
    script = f"import os, pathlib, time; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(60)"

    with leashed([sys.executable, "-c", script], tmp_path, lambda: note.exists() and bool(note.read_text())):
        server = int(note.read_text())
        leash = int(Path(f"/proc/{server}/stat").read_text().split()[3])
        os.kill(leash, signal.SIGKILL)

        assert _within(5, lambda: not _runs(server))


def test_a_server_that_ends_at_once_says_why(tmp_path: Path) -> None:
    complaint = [sys.executable, "-c", "raise SystemExit('no room on this machine')"]

    with pytest.raises(ServerDidNotStart, match="no room on this machine"), leashed(complaint, tmp_path, lambda: False):
        pass


def test_a_missing_lock_installs_nothing() -> None:
    target = installing.wheel_install("no-such-lock")

    assert target is None


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False
