"""The database has the shape that the models describe, and can go back and forth."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import village_hub
from village_hub.kernel import migrations
from village_hub.kernel.db import Base
from village_hub.kernel.signals import SignalStream


@pytest.fixture
def engine(own_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(own_url)
    yield engine
    engine.dispose()


def test_autogenerate_finds_nothing_to_change(engine: sa.Engine) -> None:
    for package in pkgutil.walk_packages(village_hub.__path__, "village_hub."):
        if package.name.endswith(".models"):
            importlib.import_module(package.name)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_comparison_would_see_a_missing_column(engine: sa.Engine) -> None:
    """The control of the test above."""
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE idempotency_key DROP COLUMN location"))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) != []


def test_migrations_go_down_and_up_again(own_url: str, engine: sa.Engine) -> None:
    assert migrations.is_current(own_url)

    migrations.downgrade(own_url, "base")

    assert set(sa.inspect(engine).get_table_names()) == {"alembic_version"}
    assert not migrations.is_current(own_url)
    migrations.upgrade(own_url)
    assert migrations.is_current(own_url)


def test_rows_of_a_room_survive_the_undoing_of_later_rooms(own_url: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(SignalStream).values(stream="village:1", seq=7))

    migrations.downgrade(own_url, "kernel")
    migrations.upgrade(own_url)

    with engine.connect() as connection:
        assert connection.execute(sa.select(SignalStream.seq)).scalar_one() == 7
