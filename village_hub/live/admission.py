"""Who listens, what they ask for, and what they are given: under today's rights, from where they stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.kernel import signals
from village_hub.live.registry import Streams

#: Streams that one socket or one question may name.
MOST_STREAMS = 50
#: Signals that are replayed; whoever missed more is told to load the page anew, which is faster.
MOST_REPLAYED = 1000


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: a person and the sign-in that says so, or a stranger."""

    person_id: UUID | None = None
    session_id: UUID | None = None


@dataclass(slots=True)
class Admission:
    """What came of asking: per stream its head, where the replay starts, or why there is none."""

    accepted: dict[str, int] = field(default_factory=dict)
    start: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    outdated: dict[str, int] = field(default_factory=dict)


def wanted(value: object) -> dict[str, int | None]:
    """Read `{stream: last seq or null}` as a client sent it; raises ValueError for anything else."""
    if not isinstance(value, dict) or len(value) > MOST_STREAMS:
        raise ValueError(f"positions are an object of at most {MOST_STREAMS} streams")
    for seq in value.values():
        if seq is not None and (isinstance(seq, bool) or not isinstance(seq, int) or seq < 0):
            raise ValueError("a position is a whole number from 0 up, or null")
    return value


def admit(session: Session, streams: Streams, person_id: UUID | None, positions: Mapping[str, int | None]) -> Admission:
    """Accept the streams that this person may hear today; null starts at the stream's head."""
    heard = [name for name in positions if streams.may_listen(session, person_id, name)]
    result = Admission(refused=[name for name in positions if name not in heard])
    if not heard:
        return result
    first = signals.oldest(session, heard)
    result.accepted = signals.heads(session, heard)
    for name, head in result.accepted.items():
        seq = positions[name]
        if seq is None:
            result.start[name] = head
        elif _is_outdated(seq, head, first.get(name)):
            result.start[name] = result.outdated[name] = head
        else:
            result.start[name] = seq
    return result


def _is_outdated(seq: int, head: int, first: int | None) -> bool:
    """Ahead of the stream (a restored backup), too far behind it, or behind what is still kept."""
    if seq >= head:
        return seq > head
    return first is None or seq + 1 < first or head - seq > MOST_REPLAYED
