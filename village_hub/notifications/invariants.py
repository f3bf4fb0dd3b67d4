"""What must be true of what people are told, and of the letters on their way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, literal, or_, select

from village_hub.invitations import invariants as invitations
from village_hub.invitations.events import InvitationIssued
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, Rows, any_of, invariant, twice
from village_hub.kernel.traces import under_way
from village_hub.notifications.events import LetterDue
from village_hub.notifications.models import Channel, Delivery, DeliveryState, Notice

UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING)


@invariant(N_("Nobody is told the same thing twice."), REPORT)
def nobody_is_told_twice(now: datetime) -> Rows:
    doubled = select(Delivery.notice_id).group_by(Delivery.notice_id, Delivery.channel).having(func.count() > 1)
    return any_of(twice(Notice.key), select(Notice.key, literal(1)).where(Notice.id.in_(doubled)))


@invariant(
    N_("Every letter on its way has a job that sends it."),
    N_("Call the people behind these letters, and report the fault."),
)
def letters_have_their_job(now: datetime) -> Rows:
    waits = and_(Delivery.channel == Channel.MAIL, Delivery.state.in_(UNDER_WAY))
    is_sent = under_way(LetterDue, delivery_id=Delivery.id)
    return select(Delivery.id, Delivery.notice_id, Delivery.state).where(waits, ~is_sent)


@invariant(N_("What was sent, or failed, did so at a moment; what is on its way has none."), REPORT)
def deliveries_are_settled_at_a_moment(now: datetime) -> Rows:
    is_settled = Delivery.settled_at.is_not(None)
    query = select(Delivery.id, Delivery.notice_id, Delivery.state, Delivery.settled_at)
    return query.where(is_settled == Delivery.state.in_(UNDER_WAY))


@invariant(N_("A letter has an address, and a call a village that makes it."), REPORT)
def deliveries_reach_somebody(now: datetime) -> Rows:
    nowhere = and_(Delivery.channel == Channel.MAIL, Delivery.address == "")
    nobody = and_(Delivery.channel == Channel.PHONE, Delivery.village_id.is_(None))
    return select(Delivery.id, Delivery.notice_id, Delivery.channel).where(or_(nowhere, nobody))


@invariant(
    N_("Everybody who is asked something has been told so."),
    N_("Restart the worker, and call these instructors if they still have no message."),
)
def whoever_is_asked_was_told(now: datetime) -> Rows:
    question = invitations.invitations()
    told = select(Notice.invitation_id).where(Notice.invitation_id.is_not(None))
    coming = under_way(InvitationIssued, invitation_id=question.c.id)
    query = select(question.c.id, question.c.instructor_id)
    return query.where(question.c.state == "needs_action", question.c.id.not_in(told), ~coming)


INVARIANTS = (
    nobody_is_told_twice,
    letters_have_their_job,
    deliveries_are_settled_at_a_moment,
    deliveries_reach_somebody,
    whoever_is_asked_was_told,
)
