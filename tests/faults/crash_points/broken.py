"""Protections that can be taken away from a process before it lives: the controls of the crash points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.faults.crash_points.tasks import Process, Work
from village_hub.kernel import jobs, signals
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import Lease
from village_hub.live import admission, namespace
from village_hub.notifications import queries as notifications
from village_hub.web import idempotency
from workers import running
from workers.actor import Actor, Effect, Ports


def facts_are_recorded_after_the_commit(_process: Process) -> None:
    """The outbox is skipped: what happened is committed first, the fact of it in a transaction of its own."""
    properly = Database.write_session

    @contextmanager
    def write_session(database: Database) -> Iterator[Session]:
        late: list[RecordedEvent] = []

        def hold_back(session: Session, *_: object) -> None:
            for each in [each for each in session.new if isinstance(each, RecordedEvent)]:
                session.expunge(each)
                late.append(each)

        with properly(database) as session:
            event.listen(session, "before_flush", hold_back)
            yield session
        if late:
            with properly(database) as session:
                session.add_all(late)

    Database.write_session = write_session  # type: ignore[method-assign, assignment]


def a_job_is_done_before_its_effect(_process: Process) -> None:
    """The mark is committed first, the effect in a transaction of its own."""
    properly, finish = running._carry_out, jobs.finish

    def carry_out(database: Database, found: Actor | Effect, leased: Lease, ports: Ports) -> None:
        with database.write_session() as session:
            finish(session, leased, now=database.now(session))
        properly(database, found, leased, ports)

    running._carry_out = carry_out
    jobs.finish = lambda *_, **__: None


def only_a_ring_makes_a_worker_look(process: Process) -> None:
    """Nobody polls: a worker that was not rung for does nothing."""
    if not process.world.is_rung:
        Work.run = lambda *_: None  # type: ignore[method-assign]


def a_forms_key_is_committed_before_its_effect(_process: Process) -> None:
    """The idempotency key has a transaction of its own: a crash leaves it behind alone."""
    properly = idempotency.claim

    def claim(session: Session, *given: Any, **named: Any) -> Any:
        claimed = properly(session, *given, **named)
        session.commit()
        return claimed

    idempotency.claim = claim


def a_form_has_no_key(_process: Process) -> None:
    """The same form sent again is another form."""
    idempotency.claim = lambda *_, **__: None


def a_letter_that_may_have_left_is_sent_again(_process: Process) -> None:
    """Nobody remembers that a letter was under way when the worker died."""
    properly = notifications.letter

    def letter(session: Session, delivery_id: Any) -> notifications.LetterFacts | None:
        facts = properly(session, delivery_id)
        if facts:
            object.__setattr__(facts, "is_repeated", False)
        return facts

    notifications.letter = letter


def a_page_begins_where_it_was_pushed_to(_process: Process) -> None:
    """The server trusts its pushes: whoever comes back hears only what is new from then on."""
    properly = admission.admit

    def admit(session: Session, streams: Any, person_id: Any, positions: Any) -> Any:
        begun = {name: seq for name, seq in signals.heads(session, positions).items() if positions[name]}
        return properly(session, streams, person_id, positions | begun)

    setattr(namespace, "admit", admit)  # noqa: B010
