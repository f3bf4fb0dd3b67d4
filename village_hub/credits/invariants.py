"""What must be true of the ledger: nothing appears, nothing vanishes, and every hour that was taught is there once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased

from village_hub.activities import invariants as activities
from village_hub.activities.events import SessionCompleted
from village_hub.credits.events import CreditAwarded
from village_hub.credits.models import AccountKind, LedgerAccount, Transfer
from village_hub.kernel.db import seconds
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTART, RESTORE, Rows, any_of, invariant, twice
from village_hub.kernel.traces import recorded, under_way

DAY, MINUTE = 24 * 60 * 60, 60


@invariant(N_("The balance of every account is the sum of its transfers."), RESTORE)
def balances_are_sums(now: datetime) -> Rows:
    came, went = _sum(Transfer.to_account_id), _sum(Transfer.from_account_id)
    account = LedgerAccount
    return select(account.id, account.key, account.balance, (came - went).label("sum")).where(
        account.balance != came - went
    )


@invariant(N_("All balances together are zero."), RESTORE)
def the_ledger_is_balanced(now: datetime) -> Rows:
    total = func.sum(LedgerAccount.balance)
    return select(func.count().label("accounts"), total.label("sum")).select_from(LedgerAccount).having(total != 0)


@invariant(N_("Hours go from a village's programme to a person, and nobody owes any."), RESTORE)
def hours_go_to_people(now: datetime) -> Rows:
    giver, taker = aliased(LedgerAccount), aliased(LedgerAccount)
    is_sound = and_(
        giver.kind == AccountKind.VILLAGE_PROGRAMME,
        giver.balance <= 0,
        taker.kind == AccountKind.PERSON,
        taker.balance >= 0,
        Transfer.minutes > 0,
    )
    query = select(Transfer.id, Transfer.minutes, giver.key.label("giver"), taker.key.label("taker"))
    joined = query.join(giver, giver.id == Transfer.from_account_id).join(taker, taker.id == Transfer.to_account_id)
    return joined.where(~is_sound)


@invariant(N_("Hours are given once for a session, and everybody has one account."), RESTORE)
def hours_are_given_once(now: datetime) -> Rows:
    return any_of(twice(LedgerAccount.key), twice(Transfer.key))


@invariant(N_("Hours are given for sessions that took place, and no more than these took."), RESTORE)
def hours_were_taught(now: datetime) -> Rows:
    held = activities.sessions()
    took_place = and_(held.c.id == Transfer.session_id, held.c.state == "completed")
    too_many = Transfer.minutes * MINUTE > seconds(held.c.ends_at) - seconds(held.c.starts_at)
    query = select(Transfer.id, Transfer.session_id, Transfer.minutes).outerjoin(held, took_place)
    return query.where(or_(held.c.id.is_(None), too_many))


@invariant(N_("Whoever taught a free lecture has their hours for it."), RESTART)
def taught_hours_are_given(now: datetime) -> Rows:
    """Not where the lecture was changed meanwhile, or where other hours of these days may have used up the day."""
    held, lecture, others = activities.sessions(), activities.activities(), activities.sessions()
    begins, ends = seconds(held.c.starts_at), seconds(held.c.ends_at)
    is_free = and_(lecture.c.kind == "lecture", lecture.c.fee == 0, lecture.c.instructor_id.is_not(None))
    near = seconds(others.c.starts_at).between(begins - DAY, begins + DAY)
    same_days = (
        select(Transfer.id)
        .join(LedgerAccount, LedgerAccount.id == Transfer.to_account_id)
        .join(others, others.c.id == Transfer.session_id)
        .where(LedgerAccount.person_id == lecture.c.instructor_id, near)
    )
    missing = held.c.id.not_in(select(Transfer.session_id))
    query = select(held.c.id, lecture.c.instructor_id, held.c.starts_at).join(
        lecture, and_(lecture.c.id == held.c.activity_id, is_free, lecture.c.updated_seq == 0)
    )
    return query.where(
        held.c.state == "completed",
        ends - begins >= MINUTE,
        missing,
        ~same_days.exists(),
        ~under_way(SessionCompleted, session_id=held.c.id),
    )


@invariant(N_("All hours that were given were written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    query = select(Transfer.id, Transfer.session_id).join(LedgerAccount, LedgerAccount.id == Transfer.to_account_id)
    awarded = recorded(CreditAwarded, session_id=Transfer.session_id, person_id=LedgerAccount.person_id)
    return query.where(~awarded)


def transfers() -> Subquery:
    """Transfers as a table, for the rules of later capabilities."""
    query = select(Transfer.session_id, LedgerAccount.person_id, Transfer.minutes)
    return query.join(LedgerAccount, LedgerAccount.id == Transfer.to_account_id).subquery()


def _sum(side: SQLColumnExpression[Any]) -> ColumnElement[int]:
    moved = select(func.coalesce(func.sum(Transfer.minutes), 0)).where(side == LedgerAccount.id)
    return moved.correlate(LedgerAccount).scalar_subquery()


INVARIANTS = (
    balances_are_sums,
    the_ledger_is_balanced,
    hours_go_to_people,
    hours_are_given_once,
    hours_were_taught,
    taught_hours_are_given,
    what_happened_was_written_down,
)
