"""Run migrations on either database; on SQLite with foreign keys off, and checked before the commit.

A stock batch migration rebuilds a table by dropping it, which with foreign keys on silently deletes cascading children.
"""

from __future__ import annotations

import importlib
import pkgutil

import sqlalchemy as sa
from alembic import context

import village_hub
import village_hub.doctor  # (it has a table of its own, and no package)
from village_hub.kernel.db import Base
from village_hub.kernel.settings import Settings

for package in pkgutil.iter_modules(village_hub.__path__, "village_hub."):
    if package.ispkg:
        for module in pkgutil.iter_modules(importlib.import_module(package.name).__path__, package.name + "."):
            if module.name.rpartition(".")[2] in {"models", "events", "jobs", "signals", "idempotency"}:
                importlib.import_module(module.name)


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or Settings.from_environment().database
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection, connection.begin():
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            transactional_ddl=True,
        )
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
        with context.begin_transaction():
            context.run_migrations()
        if engine.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration would leave rows without their parents: {broken[:5]}")
    engine.dispose()


def _prepare(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "foreign_keys=OFF", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


run()
