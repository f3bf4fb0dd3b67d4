"""What the installation stands on: Redis, disk, version."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import redis

#: Seconds that the page waits for Redis.
WAIT = 0.5
#: Seconds after which an open page looks again: no signal says how a machine does.
LOOK_AGAIN = 10


def redis_answers(url: str) -> bool:
    """Whether Redis or Valkey answers right now."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=WAIT, socket_timeout=WAIT) as server:
            return bool(server.ping())
    except (redis.RedisError, OSError):
        return False


def disk_free(home: Path) -> tuple[int, int]:
    """Free and all bytes of the disk that the installation writes to."""
    existing = next(each for each in (home.absolute(), *home.absolute().parents) if each.exists())
    usage = shutil.disk_usage(existing)
    return usage.free, usage.total


def own_version() -> str:
    """The version that is installed."""
    try:
        return version("village-hub")
    except PackageNotFoundError:
        return "0"
