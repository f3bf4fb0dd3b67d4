"""What a running application carries: its settings, its database with the ports, its city's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings

NAME = "village_hub"


@dataclass(frozen=True)
class Hub:
    settings: Settings
    database: Database


def of(app: Flask) -> Hub:
    """The hub that `create_app` put into this application."""
    return cast(Hub, app.extensions[NAME])


def hub() -> Hub:
    """The hub of the application that answers right now."""
    return of(current_app)
