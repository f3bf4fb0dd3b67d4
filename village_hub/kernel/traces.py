"""What facts and jobs say about a thing, as conditions for invariants.

A consequence may come a moment later, by a job. So a rule about it says "… or the job is still to come": a job that
waits, runs or was given up (which is a breach of its own), or a fact that has no jobs yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, String, Subquery, and_, func, or_, select, tuple_
from sqlalchemy import cast as sql_cast

from village_hub.kernel.db import seconds
from village_hub.kernel.events import Event, RecordedEvent
from village_hub.kernel.jobs import Job, JobState, Timer
from village_hub.kernel.messages import Message

Column = SQLColumnExpression[Any]

OVER = (JobState.DONE, JobState.REFUSED)
_UNENDED = Job.state.not_in(OVER)


def recorded(*facts: type[Event], **fields: Column) -> ColumnElement[bool]:
    """Whether one of these facts was written down about the thing: `recorded(ClubFounded, club_id=Club.id)`."""
    told = _named(RecordedEvent.payload, fields).where(RecordedEvent.type.in_(_types(facts)))
    return identity(*fields.values()).in_(told)


def under_way(*messages: type[Message], **fields: Column) -> ColumnElement[bool]:
    """Whether a job of one of these facts or timers about the thing has not ended yet."""
    waiting = _named(Job.args, fields).where(Job.message_type.in_(_types(messages)), _UNENDED)
    unrelayed = RecordedEvent.jobs.is_(None)
    told = _named(RecordedEvent.payload, fields).where(RecordedEvent.type.in_(_types(messages)), unrelayed)
    return identity(*fields.values()).in_(waiting.union_all(told))


def has_timer(timer: type[Timer], *, at: ColumnElement[float] | None = None, **fields: Column) -> ColumnElement[bool]:
    """Whether a timer about the thing stands at this moment (in seconds), or is being tried again after a failure."""
    if at is None:
        return under_way(timer, **fields)
    standing = _named(Job.args, fields).where(Job.message_type == timer.type, _UNENDED)
    there = identity(*fields.values())
    exactly = tuple_(there, at).in_(standing.add_columns(seconds(Job.run_at)))
    return or_(exactly, there.in_(standing.where(Job.attempts > 0)))


def last_timers(timer: type[Timer], field: str) -> Subquery:
    """The latest timer that stands for each thing: `of` is its identity, `at` the moment."""
    of = identity(Job.args[field].as_string())
    standing = select(of.label("of"), func.max(Job.run_at).label("at"))
    return standing.where(Job.message_type == timer.type, _UNENDED).group_by(of).subquery()


def identity(*ids: Column) -> ColumnElement[str]:
    """Ids as one text that is the same on both databases, whether they come from columns or from JSON."""
    texts = [func.replace(sql_cast(each, String), "-", "") for each in ids]
    return reduce(lambda one, other: one + ":" + other, cast(list[ColumnElement[str]], texts))


def _named(payload: Any, fields: Iterable[str]) -> Select[str]:
    values = [payload[name].as_string() for name in fields]
    return select(identity(*values)).where(and_(*(each.is_not(None) for each in values)))


def _types(messages: Iterable[type[Message]]) -> list[str]:
    return [each.type for each in messages]
