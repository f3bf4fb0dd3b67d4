"""Giving hours for what volunteers teach."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.credits import queries
from village_hub.credits.events import CreditAwarded
from village_hub.credits.models import AccountKind, LedgerAccount, Transfer
from village_hub.kernel.db import insert_new
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit
from village_hub.places import queries as places


def award(session: Session, session_id: UUID, *, now: datetime) -> int:
    """The session's programme gives its volunteer the session's minutes, once; returns how many.

    Paid lectures are not volunteer hours, travel is not counted, and no day has more minutes than the rulebook says.
    """
    held = activities.session_facts(session, session_id)
    activity = activities.activity(session, held.activity_id) if held else None
    if held is None or activity is None or held.state != activities.SessionState.COMPLETED:
        return 0
    if activity.instructor_id is None or activity.kind != activities.Kind.LECTURE or activity.fee:
        return 0
    person_id, day = activity.instructor_id, _day(session, held.starts_at)
    lock(session, f"ledger:{person_id}")
    left = queries.rules().minutes_a_day - queries.minutes_on(session, person_id, day)
    minutes = min((held.ends_at - held.starts_at) // timedelta(minutes=1), left)
    if minutes <= 0:
        return 0
    programme = _account(session, AccountKind.VILLAGE_PROGRAMME, village_id=activity.village_id)
    person = _account(session, AccountKind.PERSON, person_id=person_id)
    transfer = {
        "id": new_id(session),
        "key": f"session:{session_id}:{person_id}",
        "from_account_id": programme,
        "to_account_id": person,
        "minutes": minutes,
        "session_id": session_id,
        "activity_id": activity.id,
        "held_on": day,
        "why": "lecture",
        "at": now,
    }
    if insert_new(session, Transfer, transfer) == 0:
        return 0
    _add(session, programme, -minutes)
    _add(session, person, minutes)
    record(session, CreditAwarded(person_id, session_id, minutes, activity.village_id), now=now)
    emit(session, f"person:{person_id}", "credit.awarded", {"id": str(session_id)})
    return minutes


def _day(session: Session, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(places.municipality(session).time_zone)).date()


def _account(
    session: Session, kind: AccountKind, *, person_id: UUID | None = None, village_id: UUID | None = None
) -> UUID:
    key = queries.person_key(person_id) if person_id else f"programme:{village_id or 'city'}"
    row = {"id": new_id(session), "key": key, "kind": kind, "balance": 0}
    insert_new(session, LedgerAccount, row | {"person_id": person_id, "village_id": village_id})
    return session.scalars(select(LedgerAccount.id).where(LedgerAccount.key == key)).one()


def _add(session: Session, account_id: UUID, minutes: int) -> None:
    added = update(LedgerAccount).where(LedgerAccount.id == account_id)
    session.execute(added.values(balance=LedgerAccount.balance + minutes).execution_options(synchronize_session=False))
