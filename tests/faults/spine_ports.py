"""What the spine's crash tests lend to their actors."""

from __future__ import annotations

from workers.actor import Ports

ONE_SECOND = 1
PORTS: Ports = None  # type: ignore[assignment]
