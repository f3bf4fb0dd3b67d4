"""Signals: what one audience may see, numbered per stream, kept for days so that every page can catch up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from village_hub.kernel.db import Base, next_in
from village_hub.kernel.doorbell import SIGNALS


@dataclass(frozen=True, slots=True)
class Signal:
    """One numbered hint in a stream."""

    stream: str
    seq: int
    type: str
    payload: dict[str, Any]


class SignalStream(Base):
    """How far an audience's stream of signals has come."""

    __tablename__ = "signal_stream"

    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]


class WrittenSignal(Base):
    """A signal as it was written down."""

    __tablename__ = "signal"

    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime] = mapped_column(index=True)


def emit(session: Session, stream: str, type: str, payload: Mapping[str, Any] | None = None) -> None:
    """Tell an audience, in the business transaction; the last word of one type wins within a transaction.

    Signals are written as the transaction's last act, in the order of their streams, so that two transactions which
    speak to the same audiences never wait for each other in a circle.
    """
    pending: dict[tuple[str, str, str], dict[str, Any]] = session.info["signals"]
    if not pending:
        session.info["before_commit"].append(_write)
    values = dict(payload or {})
    pending[stream, type, str(values.get("id", ""))] = values


def heads(session: Session, streams: Iterable[str]) -> dict[str, int]:
    """The last number of each stream; 0 where nothing was ever said."""
    names = list(streams)
    query = select(SignalStream.stream, SignalStream.seq).where(SignalStream.stream.in_(names))
    return dict.fromkeys(names, 0) | {row.stream: row.seq for row in session.execute(query)}


def oldest(session: Session, streams: Iterable[str]) -> dict[str, int]:
    """The first number still kept of each stream that has any."""
    query = (
        select(WrittenSignal.stream, func.min(WrittenSignal.seq).label("first"))
        .where(WrittenSignal.stream.in_(list(streams)))
        .group_by(WrittenSignal.stream)
    )
    return {row.stream: row.first for row in session.execute(query)}


def after(session: Session, positions: Mapping[str, int], limit: int = 1000) -> list[Signal]:
    """Everything said in these streams after these numbers, in order, at most `limit` signals."""
    if not positions:
        return []
    newer = [and_(WrittenSignal.stream == name, WrittenSignal.seq > seq) for name, seq in positions.items()]
    query = (
        select(WrittenSignal.stream, WrittenSignal.seq, WrittenSignal.type, WrittenSignal.payload)
        .where(or_(*newer))
        .order_by(WrittenSignal.stream, WrittenSignal.seq)
        .limit(limit)
    )
    return [Signal(*row) for row in session.execute(query)]


def forget(session: Session, *, before: datetime) -> int:
    """Drop signals older than this, and any before them; whoever asks for them is told to load the page anew.

    Clocks differ, so a later signal of a stream can look older; a gap in the middle of what is kept would be a loss.
    """
    table = WrittenSignal
    old = select(table.stream, func.max(table.seq)).where(table.occurred_at < before).group_by(table.stream)
    gone = [
        session.execute(delete(table).where(table.stream == stream, table.seq <= last)).rowcount  # type: ignore[attr-defined]
        for stream, last in session.execute(old).all()
    ]
    return sum(gone)


def _write(session: Session) -> None:
    pending: dict[tuple[str, str, str], dict[str, Any]] = session.info["signals"]
    now = session.info["clock"].now()
    for (stream, type, _), payload in sorted(pending.items(), key=lambda each: each[0][0]):
        seq = next_in(session, SignalStream, stream)
        session.add(WrittenSignal(stream=stream, seq=seq, type=type, payload=payload, occurred_at=now))
        session.info["rings"].add((SIGNALS, stream))
    pending.clear()
