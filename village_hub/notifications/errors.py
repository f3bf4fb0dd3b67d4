"""Why a notice cannot be changed."""

from __future__ import annotations

from village_hub.kernel.errors import N_, NotFound


class NoSuchNotice(NotFound):
    message = N_("This message is not here (any more).")
