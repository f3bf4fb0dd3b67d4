"""What is there when nothing is left to do, and when that will be."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.faults.crash_points.listener import Heard
from tests.faults.crash_points.outcome import Outcome, Teller, differences, in_words
from tests.faults.crash_points.ports import letters
from tests.faults.crash_points.state import State
from tests.faults.soundness import unsound
from village_hub.doctor import INVARIANTS
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import RING_AGAIN, Job, JobState
from village_hub.notifications.models import Channel, Delivery, DeliveryState, Notice
from workers.subscriptions import RECURRING

INSTANT, ENOUGH = timedelta(milliseconds=1), timedelta(seconds=15)


#: Why a letter is called unknown whose worker died: it is not sent again unless the mailer makes that harmless.
DIED = "why=The worker died while it sent this."
ADDRESS = re.compile(r"address=\S+")


@dataclass(frozen=True)
class Quiet:
    """What a flow has left behind so far, and which rules it has broken."""

    rows: Outcome
    breaches: tuple[str, ...]
    is_mailer_idempotent: bool

    def differences(self, expected: Quiet) -> list[str]:
        """How this differs from what should be there; one letter may be unknown where sending it again is no way."""
        died = [row for row in self.rows["delivery"] if DIED in row and not self.is_mailer_idempotent]
        unknown = ADDRESS.search(died[0]) if len(died) == 1 else None
        if unknown is None:
            return differences(expected.rows, self.rows)
        return differences(_but_for(unknown[0], expected.rows), _but_for(unknown[0], self.rows))


def half_past(now: datetime) -> datetime:
    """The next half minute, with some seconds before it in which a crash can be made good."""
    half = now.replace(second=30, microsecond=0)
    return half if now + ENOUGH <= half else half + timedelta(minutes=1)


def next_moment(state: State, now: datetime, until: datetime) -> datetime | None:
    """When a worker must look again: a lease has run out, a job is due, a failed one too; None when all is quiet."""
    with state.database.read_session() as session:
        unrelayed, lease_until, run_at, rung_at = session.execute(_OPEN, {"until": until}).one()
    coming = [each for each in (now if unrelayed else None, lease_until, run_at) if each]
    again = [rung_at + timedelta(seconds=RING_AGAIN)] if rung_at else []
    return max(now, min(coming), *again) + INSTANT if coming else None


def _open() -> sa.Select[*tuple[Any, ...]]:
    due = sa.and_(Job.state == JobState.WAITING, sa.or_(Job.run_at <= sa.bindparam("until"), Job.attempts > 0))
    return sa.select(
        sa.exists().where(RecordedEvent.jobs.is_(None)),
        sa.select(sa.func.min(Job.lease_until)).where(Job.state == JobState.RUNNING).scalar_subquery(),
        sa.select(sa.func.min(Job.run_at)).where(due).scalar_subquery(),
        sa.select(sa.func.max(Job.rung_at)).where(Job.state.in_(["waiting", "running"])).scalar_subquery(),
    )


_OPEN = _open()


def skip_rounds(database: Database, now: datetime) -> None:
    """What comes round by itself has come round meanwhile."""
    waiting = sa.and_(Job.state == JobState.WAITING, Job.actor.in_([timer.type for timer in RECURRING]))
    with database.write_session() as session:
        session.execute(sa.delete(Job).where(waiting, Job.run_at < now))


def look(
    state: State, teller: Teller, known: frozenset[str], now: datetime, heard: Heard, is_mailer_idempotent: bool
) -> Quiet:
    """Read every table, the letters that have arrived and what was heard; check every invariant."""
    arrived = letters(state.home / "letters")
    with state.database.read_session() as session:
        rows = teller.outcome(session, state.home, state.marks())
        breaches = [f"{each.invariant.name}: {each.named}" for each in unsound(session, INVARIANTS, now=now)]
        breaches += _wrong_letters(session, arrived, is_mailer_idempotent)
    rows["letter box"] = Counter(f"{in_words(key, known)} address={address} " for key, address in arrived)
    rows["heard"] = Counter(f"{in_words(stream, known)} {type}" for stream, said in heard.items() for type in set(said))
    return Quiet(rows, tuple(breaches), is_mailer_idempotent)


def _wrong_letters(session: Session, arrived: Counter[tuple[str, str]], is_mailer_idempotent: bool) -> list[str]:
    """A letter that is called sent has arrived, and where sending again is not harmless it was sent once."""
    query = sa.select(Notice.key, Delivery.address).join(Delivery, Delivery.notice_id == Notice.id)
    sent = query.where(Delivery.channel == Channel.MAIL, Delivery.state == DeliveryState.SENT)
    missing = [f"never arrived: {key}" for key, to in session.execute(sent) if not arrived[f"{key}:mail", to]]
    twice = [f"arrived {times} times: {letter}" for letter, times in arrived.items() if times > 1]
    return missing + ([] if is_mailer_idempotent else twice)


def _but_for(address: str, rows: Outcome) -> Outcome:
    left = {
        table: Counter({row: count for row, count in rows[table].items() if f"{address} " not in row})
        for table in ("delivery", "letter box")
    }
    return rows | left
