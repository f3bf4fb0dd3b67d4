"""What a flow has left behind, in a form in which two histories of the same flow are equal.

Every table is told row by row. Ids that were there before keep their names, new ones lose theirs; moments are only
there or not, since a crash costs time. So a new table or column is compared as soon as it exists. What may truly differ
after a crash stands below, each with its reason; nothing else may.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from village_hub.kernel.db import Base
from workers.subscriptions import RECURRING

#: The rows of each table in words, and how often each is there.
Outcome = dict[str, Counter[str]]

#: Columns that tell of the attempts, not of what came of them, and what is drawn at random.
MAY_DIFFER = {
    "job.key": "it contains the moment of a timer",
    "job.rung_at": "a job is rung as often as it must be",
    "job.attempts": "an attempt that died is one more",
    "job.crashes": "that is what it counts",
    "job.fence": "each attempt has its own number",
    "job.last_error": "it tells that a worker died",
    "activity_session.code": "it is drawn at random",
    "import_run.attempt": "a reader that died is followed by one with the next number",
    "signal.seq": "what is said again takes the next number",
    "signal_stream.seq": "what is said again takes the next number",
}
#: Tables whose rows may be there more often.
REPEATED = {
    "signal": "a signal says that there is something to look at; saying it twice is harmless",
    "sign_in": "whoever got no answer signs in again; the first cookie has reached nobody",
}
#: Rows that the clock alone brings about: every minute the city looks for matches, and a crash costs minutes.
OF_RUNS = {"match_run", "match_run_record", "fairness"}
#: What a path is told as, whether or not it is there.
FILES = ("«no file»", "«file»")
_CLOCKWORK = re.compile(r"match_run:|stream=matching ")

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")


def known_ids(session: Session) -> frozenset[str]:
    """Every id that is there before a flow begins."""
    columns = [
        column for table in Base.metadata.sorted_tables for column in table.c if isinstance(column.type, sa.Uuid)
    ]
    found = (session.scalars(sa.select(column).distinct()) for column in columns)
    return frozenset(str(each) for ids in found for each in ids if each)


class Teller:
    """Tells everything that is there; a table whose mark it has seen lately is not read again."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._tables = [each for each in Base.metadata.sorted_tables if each.name not in OF_RUNS]
        self._lately: dict[tuple[str, str], Counter[str]] = {}

    def outcome(self, session: Session, home: Path, marks: Mapping[str, str]) -> Outcome:
        return {table.name: self._told(session, table, home, marks) for table in self._tables}

    def _told(self, session: Session, table: sa.Table, home: Path, marks: Mapping[str, str]) -> Counter[str]:
        key = table.name, marks[table.name]
        if key in self._lately:
            return self._lately[key]
        rows = _rows(session, table, partial(_said, known=self._known, home=home))
        if not any(word in row for row in rows for word in FILES):  # whether a file is there is not the table's matter
            self._lately[key] = rows
        return rows


def _rows(session: Session, table: sa.Table, say: Callable[[Any], str]) -> Counter[str]:
    columns = [column for column in table.c if f"{table.name}.{column.name}" not in MAY_DIFFER]
    query = sa.select(*columns)
    if table.name == "job":
        query = query.where(table.c.actor.not_in([timer.type for timer in RECURRING]))
    rows = Counter(
        " ".join(f"{column.name}={say(value)}" for column, value in zip(columns, row, strict=True))
        for row in session.execute(query)
    )
    rows = Counter({row: count for row, count in rows.items() if not _CLOCKWORK.search(row)})
    return Counter(set(rows)) if table.name in REPEATED else rows


def differences(expected: Outcome, found: Outcome) -> list[str]:
    """What is missing and what is too much, each as a line."""
    return [
        f"{word} in {table}, {count} times: {row}"
        for table in expected
        for word, rows in (("lost", expected[table] - found[table]), ("too much", found[table] - expected[table]))
        for row, count in rows.items()
    ]


def in_words(words: str, known: frozenset[str]) -> str:
    """A text without what differs from one history to the next: new ids, moments, secrets."""
    words = _UUID.sub(lambda found: f"<{found[0]}>" if found[0] in known else "«new»", words)
    words = _MOMENT.sub("«moment»", words)
    return _SECRET.sub(lambda found: found[0] if found[0] in known else "«secret»", words)


def _said(value: Any, *, known: frozenset[str], home: Path) -> str:
    match value:
        case UUID():
            return str(value) if str(value) in known else "«new»"
        case datetime():
            return "«moment»"
        case float():
            return f"{value:.6g}"
        case dict() | list():
            return in_words(json.dumps(value, sort_keys=True, ensure_ascii=False), known)
        case str() if value.startswith(str(home)):
            return FILES[Path(value).exists()]
        case str():
            return in_words(value, known)
    return str(value)
