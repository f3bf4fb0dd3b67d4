"""Bring a database to the shape that this version of the code needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def configuration(url: str) -> Config:
    """Alembic's configuration for this database address."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run every migration that is missing; does nothing where none is."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Undo migrations down to this revision (`base` for all of them)."""
    command.downgrade(configuration(url), revision)


def is_current(url: str) -> bool:
    """Whether the database already has the newest shape."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(heads) == set(ScriptDirectory.from_config(configuration(url)).get_heads())
