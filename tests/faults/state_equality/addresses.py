"""Every address that a page can have: the URL map, filled in with everything that is there by now."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from village_hub.kernel.db import Base, Database

#: What a part of an address names where it is not called like its table.
TABLES = {"session": "activity_session", "request": "learning_request", "run": "import_run"}
#: Pages that are another page for other arguments, and those arguments.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "home.index": {"view": ["day"]},
    "activities.calendar": {"village": "village"},
    "reporting.index": {"village": "village"},
}


def addresses(app: Flask, database: Database) -> Iterator[tuple[str, str]]:
    """The endpoint and path of every page that can be asked for now."""
    adapter, known = app.url_map.bind("localhost"), _Ids(database)
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        for values in itertools.product(*(known[name.removesuffix("_id")] for name in names)):
            path = adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
            yield rule.endpoint, path
            for name, of in ARGUMENTS.get(rule.endpoint, {}).items():
                for each in known[of] if isinstance(of, str) else of:
                    yield rule.endpoint, f"{path}?{urlencode({name: each})}"


class _Ids(dict[str, list[UUID]]):
    """The ids of everything that a word of an address can name; none for words that name nothing stored."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def __missing__(self, word: str) -> list[UUID]:
        table = Base.metadata.tables.get(TABLES.get(word, word))
        if table is None or "id" not in table.c:
            return []
        with self._database.read_session() as session:
            self[word] = list(session.scalars(sa.select(table.c.id)))
        return self[word]
