"""Runs a server on a leash: it ends, and its directory with it, when the holder lets go or dies, `kill -9` included."""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PR_SET_PDEATHSIG = 1


class ServerDidNotStart(RuntimeError):
    """The server ended or did not answer in time; the message carries its last words."""


@contextmanager
def leashed(
    command: list[str], directory: Path, answers: Callable[[], bool], account: str | None = None
) -> Iterator[None]:
    """Runs `command` in `directory`, as `account` if given, while the block runs; enters it when `answers()` holds."""
    with (directory / "server.log").open("w+b") as log:
        leash = subprocess.Popen(
            [sys.executable, __file__, str(directory), account or "", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        assert leash.stdin is not None
        try:
            _wait_until(answers, leash, command[0], log)
            yield
        finally:
            leash.stdin.close()
            leash.wait(timeout=20)


def main(directory: str, account: str, command: list[str]) -> int:
    """Is the leash itself: its standard input is the pipe that closes when the holder is gone."""
    server = subprocess.Popen(
        command,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        user=account or None,
        extra_groups=[] if account else None,
        preexec_fn=_die_with_the_leash,
    )
    try:
        while server.poll() is None and not select.select([sys.stdin], [], [], 0.5)[0]:
            pass
    finally:
        _stop(server)
        shutil.rmtree(directory, ignore_errors=True)
    return server.returncode


def _wait_until(
    answers: Callable[[], bool], leash: subprocess.Popen[bytes], name: str, log: BinaryIO, seconds: float = 30
) -> None:
    deadline = time.monotonic() + seconds
    while not answers():
        ended = leash.poll() is not None
        if ended or time.monotonic() > deadline:
            words = os.pread(log.fileno(), 4000, 0).decode(errors="replace")
            raise ServerDidNotStart(f"{name} {'ended' if ended else 'does not answer'}:\n{words}")
        time.sleep(0.02)


def _die_with_the_leash() -> None:
    """Runs in the server after it has its account: changing the account would clear this setting."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown and ends Valkey; what is still there after 10 s is killed."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
