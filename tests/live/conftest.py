"""A real server in a process of its own, and what speaks to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.live.clients import RawClient
from tests.services import valkey
from tests.services.postgres import copy_of
from village_hub.kernel import migrations, signals
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import RedisDoorbell

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class LiveServer:
    """A running server, and a hand on its database and doorbell."""

    port: int
    process: subprocess.Popen[bytes]
    database: Database
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, stream: str, *types: str, text: str = "") -> None:
        """Write one signal per type, each in a transaction of its own."""
        for type in types:
            with self.database.write_session() as session:
                signals.emit(session, stream, type, {"text": text} if text else {})

    def raw(self, cookie: str = "", connect: bool = True) -> RawClient:
        client = RawClient(self.port, cookie)
        if connect:
            client.enter()
        return client

    def resident_megabytes(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with valkey.server() as url:
        yield url


@pytest.fixture(scope="session")
def shared_live(
    empty_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[LiveServer]:
    """The stand-in application under the real server, heard through a real Valkey."""
    log = tmp_path_factory.mktemp("live") / "server.log"
    if not empty_url.startswith("sqlite"):
        with (
            copy_of(request.getfixturevalue("_postgres").url("pattern")) as url,
            running(url, redis_url, log) as server,
        ):
            yield server
        return
    url = f"sqlite:///{log.parent}/live.sqlite3"
    migrations.upgrade(url)
    with running(url, redis_url, log) as server:
        yield server


@pytest.fixture
def live(shared_live: LiveServer) -> LiveServer:
    """The shared server, with every stream at its beginning."""
    with shared_live.database.write_session() as session:
        session.execute(delete(signals.WrittenSignal))
        session.execute(delete(signals.SignalStream))
    return shared_live


@pytest.fixture
def silent_live(own_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A server of this test alone without any doorbell: only the poll finds what is new."""
    with running(own_url, "", tmp_path / "server.log") as server:
        yield server


@contextmanager
def running(database_url: str, redis_url: str, log: Path, *broken: str) -> Iterator[LiveServer]:
    """Runs a server while the block runs, with the named protections broken."""
    port = _free_port()
    command = [sys.executable, str(ROOT / "tests/live/stand_in.py"), database_url, redis_url, str(port), *broken]
    database = Database(database_url, doorbell=RedisDoorbell(redis_url) if redis_url else None)
    with log.open("wb") as words:
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=words)
    try:
        _wait_until_it_answers(process, port, log)
        yield LiveServer(port, process, database, log)
    finally:
        process.kill()
        process.wait()
        database.dispose()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up, "the server does not answer"
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
