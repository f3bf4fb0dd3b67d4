"""A disk that is full: a small file system of our own, filled to its last byte and emptied again.

Root mounts a tmpfs. Whoever may not mount limits instead how large the files of the running processes may grow.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Bytes of the whole disk, and of one piece of what fills it.
SIZE, PIECE = 48 * 2**20, 4096
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@dataclass(frozen=True)
class Disk:
    """A folder on a disk that can be filled."""

    folder: Path
    is_mounted: bool

    def fill(self, writers: Iterable[int]) -> None:
        """Leave no room for a single page; where nothing is mounted, for these processes."""
        if not self.is_mounted:
            for process in writers:
                resource.prlimit(process, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            return
        ballast = os.open(self.folder / "ballast", os.O_WRONLY | os.O_CREAT)
        try:
            while os.write(ballast, bytes(PIECE)):
                continue
        except OSError:
            os.close(ballast)

    def empty(self, writers: Iterable[int]) -> None:
        """Give the room back."""
        if self.is_mounted:
            (self.folder / "ballast").unlink()
            return
        for process in writers:
            resource.prlimit(process, resource.RLIMIT_FSIZE, NO_LIMIT)


@contextmanager
def disk() -> Iterator[Disk]:
    """A disk for as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="village-hub-disk-"))
    is_mounted = _runs("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=777", "tmpfs", str(folder))
    try:
        yield Disk(folder, is_mounted)
    finally:
        if is_mounted:
            _runs("umount", "--lazy", str(folder))
        folder.rmdir()


def _runs(*command: str) -> bool:
    return os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
