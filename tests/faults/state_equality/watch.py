"""Everybody's live pages, looked at after every single commit: what a commit changes on a page, it must say to it.

A page is fetched again only where a question that it asks the database has another answer now. What it showed before,
brought up to date by the signals of this commit, must then equal the page opened anew. Signals of an earlier commit
never count: they cannot have told what came after them. Nor do those of a later one, which may come for another reason,
but where a person's name alone has changed: who shows it, a job finds out, and when it is done nobody may be behind.

Where time has passed since a page was fetched, what it showed right before the commit is fetched from a snapshot of
that moment: what changes by time alone, no signal says.
"""

from __future__ import annotations

import difflib
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Visitor
from tests.faults.state_equality import page as pages
from tests.faults.state_equality.page import Page
from tests.faults.state_equality.watched import WatchedDatabase
from village_hub.kernel import signals
from village_hub.kernel.db import Base
from village_hub.kernel.signals import Signal, SignalStream
from village_hub.live import registry
from village_hub.live.admission import admit

#: A statement and its parameters, as texts.
Question = tuple[str, str]
_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
#: Read by every live page for its positions, and part of no page.
_POSITIONS_TABLE = SignalStream.__tablename__
#: What a commit writes that a job tells of.
_TOLD_BY_A_JOB = {"person", "event", "event_stream", "signal", "signal_stream"}
#: Who opens only what nobody else sees just so.
_OFTEN_ALIKE = ("staff", "operator")
#: How many pages of one kind somebody has open; the oldest is closed for another one.
_AT_ONCE = 2


@dataclass(frozen=True)
class Miss:
    """A page that shows something else than the same page opened anew."""

    scene: str
    who: str
    path: str
    difference: str

    def __str__(self) -> str:
        return f"{self.scene}: {self.who} at {self.path} does not learn that\n{self.difference}"


@dataclass
class Open:
    """A page that somebody has open: what it shows since when, what it asked for that, and what it has not learned."""

    who: str
    endpoint: str
    path: str
    shown: Page
    moment: datetime
    questions: set[Question]
    behind: Miss | None = None

    @property
    def tables(self) -> set[str]:
        """The tables that it read."""
        return {table for statement, _ in self.questions for table in _tables(statement)}


@dataclass
class Watch:
    """Holds pages open and notes every miss."""

    app: Flask
    database: WatchedDatabase
    scene: str = ""
    misses: list[Miss] = field(default_factory=list)
    open: dict[tuple[str, str], Open] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    #: Kinds of pages that fetch themselves every few seconds and are not compared.
    looking_again: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._visitors: dict[str, Visitor] = {}
        self._people: dict[str, UUID | None] = {}
        self._asked: set[Question] | None = None
        self._parameters: dict[Question, Any] = {}
        self._answers: dict[Question, Any] = {}
        self._written: set[str] = set()
        self._heads: dict[str, int] = {}
        self._visited: set[tuple[str, str]] = set()
        for engine in {self.database.engine, self.database.reading_engine}:
            sa.event.listen(engine, "before_cursor_execute", self._note)
        self.database.committed = self._look

    def welcome(self, who: str, person_id: UUID | None) -> None:
        """Somebody sits down at a browser."""
        visitor: Any = self.app.test_client()
        self._visitors[who] = visitor.sign_in(person_id) if person_id else visitor
        self._people[who] = person_id

    def visit(self, endpoint: str, path: str) -> None:
        """Everybody who may opens a page and leaves it open; pages of a kind that listens to nothing are let be."""
        for who in self._visitors:
            if not {(who, path), (who, endpoint)} & self._visited:
                self._visited.add((who, path))
                opened = self._fetch(who, endpoint, path)
                if opened and opened.shown.looks_again:
                    self.looking_again.add(endpoint)
                elif opened and opened.shown.positions:
                    if self._is_open_already(opened):
                        continue
                    _, is_refused = self._missed(opened, self._heads)
                    assert not is_refused, f"{path} listens to what {who} may not hear"
                    self._keep(opened)
                elif opened:
                    self._visited.add((who, endpoint))

    def settle(self) -> None:
        """Every job is done: whoever is behind now would stay so."""
        for each in list(self.open.values()):
            if each.behind:
                self.misses.append(each.behind)
                self._replace(each, self._fetch(each.who, each.endpoint, each.path))

    def _look(self) -> None:
        if self._asked is not None or threading.current_thread() is not threading.main_thread():
            return
        written, self._written = self._written, set()
        heads, self._heads = self._heads, self._heads_now()
        now = self.database.clock.now()
        aged = [each for each in self.open.values() if each.moment != now and each.tables & written]
        young = [each for each in self.open.values() if each.moment == now]
        changed = self._changed_answers(young, written)
        may_wait = written <= _TOLD_BY_A_JOB
        for each in aged:
            self._compare(each, self._fetch_as_it_was(each), heads, may_wait)
        for each in young:
            if each.behind or each.questions & changed:
                self._compare(each, each, heads, may_wait or each.behind is not None)
        self.counts["commits"] += 1
        self.database.remember()

    def _compare(self, each: Open, before: Open | None, heads: dict[str, int], may_wait: bool) -> None:
        """Positions are those before this commit: what was said earlier cannot excuse what is not said now."""
        after = self._fetch(each.who, each.endpoint, each.path)
        fresh = after.shown if after else None
        self.counts["comparisons"] += 1
        if before and not (fresh and before.shown.shows_the_same(fresh)):
            said, must_fetch = self._missed(before, heads)
            caught_up = fresh if must_fetch else pages.catch_up(before.shown, said, fresh)
            if caught_up and not (fresh and caught_up.shows_the_same(fresh)):
                miss = before.behind or Miss(self.scene, each.who, each.path, _difference(caught_up, fresh))
                if may_wait:
                    after = replace(after or before, shown=caught_up, behind=miss)
                else:
                    self.misses.append(miss)
        self._replace(each, after)

    def _keep(self, page: Open) -> None:
        alike = [key for key, each in self.open.items() if (each.who, each.endpoint) == (page.who, page.endpoint)]
        for key in alike[: -_AT_ONCE + 1]:
            del self.open[key]
        self.open[page.who, page.path] = page

    def _is_open_already(self, page: Open) -> bool:
        """At another address of theirs, or for some, on somebody else's screen."""
        alike = [each for each in self.open.values() if each.shown.content == page.shown.content]
        is_shared = page.who in _OFTEN_ALIKE and any(each.path == page.path for each in alike)
        return is_shared or any((each.who, each.endpoint) == (page.who, page.endpoint) for each in alike)

    def _replace(self, page: Open, after: Open | None) -> None:
        if after is None:
            del self.open[page.who, page.path]
        else:
            self.open[page.who, page.path] = after

    def _missed(self, page: Open, heads: dict[str, int]) -> tuple[list[Signal], bool]:
        """What was said since in the page's streams, as far as its reader may hear it; and whether some is refused."""
        positions = {stream: heads.get(stream, 0) for stream in page.shown.positions}
        with self.database.read_session() as session:
            admission = admit(session, registry.of(self.app), self._people[page.who], positions)
            return signals.after(session, admission.start), bool(admission.refused or admission.outdated)

    def _fetch_as_it_was(self, page: Open) -> Open | None:
        with self.database.as_it_was():
            return self._fetch(page.who, page.endpoint, page.path)

    def _fetch(self, who: str, endpoint: str, path: str) -> Open | None:
        self._asked, self.counts["fetched"] = set(), self.counts["fetched"] + 1
        try:
            answer: TestResponse = self._visitors[who].get(path)
            asked = self._asked
        finally:
            self._asked = None
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return None
        shown = pages.read(answer.text)
        if not self.database.is_in_the_past and shown.positions:
            self._answers |= self._ask(asked - self._answers.keys())
        return Open(who, endpoint, path, shown, self.database.clock.now(), asked)

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if match := _WRITES.match(statement):
            self._written.add(match[1])
        elif self._asked is not None and statement.startswith("SELECT") and _POSITIONS_TABLE not in statement:
            question = (statement, repr(parameters))
            self._asked.add(question)
            self._parameters[question] = parameters

    def _changed_answers(self, young: list[Open], written: set[str]) -> set[Question]:
        asked = {each for one in young for each in one.questions if _tables(each[0]) & written}
        now = self._ask(asked)
        changed = {each for each in asked if now[each] != self._answers[each]}
        # An answer that nobody asked again may be old: a change and its undoing would look like none.
        kept = {each: known for each, known in self._answers.items() if not _tables(each[0]) & written}
        self._answers = kept | now
        return changed

    def _ask(self, questions: Iterable[Question]) -> dict[Question, Any]:
        with self.database.reading_engine.connect() as connection:
            return {
                each: [tuple(row) for row in connection.exec_driver_sql(each[0], self._parameters[each])]
                for each in questions
            }

    def _heads_now(self) -> dict[str, int]:
        with self.database.read_session() as session:
            return {row.stream: row.seq for row in session.execute(sa.select(SignalStream.stream, SignalStream.seq))}


@cache
def _tables(statement: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", statement)) & Base.metadata.tables.keys()


def _difference(shown: Page, fresh: Page | None) -> str:
    if fresh is None:
        return "it is no longer theirs to see"
    before, after = ([*each.text.splitlines(), *map(str, each.meters)] for each in (shown, fresh))
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return "\n".join(line.strip() for line in lines if not line.startswith(("---", "+++", "@@")))[:600]
