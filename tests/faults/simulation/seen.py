"""What the tables say, read again after each step, but only those that were written to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row, Select

from village_hub.activities.models import Activity, ActivitySession, Attendance, Completion, Enrolment
from village_hub.credits.models import LedgerAccount, Transfer
from village_hub.invitations.models import Invitation
from village_hub.kernel.signals import SignalStream
from village_hub.learning_requests.models import Companion, LearningRequest
from village_hub.matching.models import GroupRequest, LearningGroup, Proposal
from village_hub.notifications.models import Delivery, Notice
from village_hub.schedules.models import PersonSlot, VenueSlot

Rows = Mapping[Any, Row[Any]]
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)")


@dataclass(frozen=True)
class Part:
    """Some columns of a table; the first `keys` of them name the row."""

    query: Select[*tuple[Any, ...]]
    keys: int = 1

    @property
    def table(self) -> str:
        return str(self.query.get_final_froms()[0])

    def read(self, connection: Connection) -> Rows:
        rows = connection.execute(self.query)
        return {row[0] if self.keys == 1 else tuple(row[: self.keys]): row for row in rows}


R, Q, P, A, S, E = LearningRequest, Invitation, Proposal, Activity, ActivitySession, Enrolment
PARTS = {
    "requests": Part(
        sa.select(R.id, R.requester_id, R.topic_id, R.people, R.state, R.group_id, R.activity_id, R.next_at).order_by(
            R.opened_at, R.id
        )
    ),
    "companions": Part(
        sa.select(Companion.request_id, Companion.person_id, Companion.people).order_by(
            Companion.joined_at, Companion.person_id
        ),
        2,
    ),
    "groups": Part(sa.select(LearningGroup.id, LearningGroup.state, LearningGroup.topic_id)),
    "members": Part(sa.select(GroupRequest.request_id, GroupRequest.group_id).where(GroupRequest.active)),
    "proposals": Part(
        sa.select(
            P.id, P.group_id, P.instructor_id, P.venue_id, P.starts_at, P.ends_at, P.people, P.alternatives, P.state,
            P.pinned,
        ).order_by(P.proposed_at, P.id)
    ),
    "invitations": Part(
        sa.select(
            Q.id, Q.proposal_id, Q.group_id, Q.instructor_id, Q.venue_id, Q.starts_at, Q.ends_at, Q.deadline, Q.state,
            Q.other_starts_at,
        ).order_by(Q.asked_at, Q.id)
    ),
    "activities": Part(
        sa.select(A.id, A.kind, A.seats, A.state, A.invitation_id, A.instructor_id, A.venue_id).order_by(
            A.created_at, A.id
        )
    ),
    "sessions": Part(
        sa.select(S.id, S.activity_id, S.starts_at, S.ends_at, S.state, S.code).order_by(S.starts_at, S.id)
    ),
    "enrolments": Part(
        sa.select(E.id, E.activity_id, E.person_id, E.guest_no, E.state, E.seat_no)
        .where(E.state != "cancelled")
        .order_by(E.activity_id, E.place_in_line)
    ),
    "attendances": Part(
        sa.select(Attendance.id, Attendance.session_id, Attendance.person_id, Attendance.state).order_by(
            Attendance.marked_at, Attendance.id
        )
    ),
    "completions": Part(sa.select(Completion.activity_id, Completion.person_id), 2),
    "transfers": Part(
        sa.select(Transfer.id, Transfer.session_id, LedgerAccount.person_id, Transfer.minutes, Transfer.held_on).join(
            LedgerAccount, LedgerAccount.id == Transfer.to_account_id
        )
    ),
    "accounts": Part(sa.select(LedgerAccount.person_id, LedgerAccount.balance)),
    "taken people": Part(sa.select(PersonSlot.person_id, PersonSlot.slot), 2),
    "taken venues": Part(sa.select(VenueSlot.venue_id, VenueSlot.slot), 2),
    "notices": Part(
        sa.select(Notice.id, Notice.person_id, Notice.text, Notice.link, Notice.key, Notice.read_at).order_by(
            Notice.created_at, Notice.id
        )
    ),
    "deliveries": Part(sa.select(Delivery.id, Delivery.notice_id, Delivery.channel, Delivery.state)),
    "heads": Part(sa.select(SignalStream.stream, SignalStream.seq)),
}  # fmt: skip
BY_TABLE: dict[str, tuple[str, ...]] = {
    table: tuple(name for name, part in PARTS.items() if table in part.table)
    for table in {part.table.split()[0] for part in PARTS.values()} | {"transfer"}
}


class Reader:
    """Keeps what was read, and reads anew what was written to since."""

    def __init__(self, engine: Engine, connection: Connection) -> None:
        self._connection = connection
        self._stale = set(PARTS)
        self._kept: dict[str, Rows] = {}
        sa.event.listen(engine, "before_cursor_execute", self._note)

    def look(self) -> dict[str, Rows]:
        """Everything as it is now."""
        if self._stale:
            self._kept = self._kept | {name: PARTS[name].read(self._connection) for name in sorted(self._stale)}
            self._stale.clear()
        return self._kept

    def go_back(self, kept: dict[str, Rows]) -> None:
        """What was written since is rolled back."""
        self._kept = kept
        self._stale.clear()

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if match := WRITES.match(statement):
            self._stale.update(BY_TABLE.get(match[1], ()))
