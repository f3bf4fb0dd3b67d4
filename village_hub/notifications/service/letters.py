"""A letter leaves once: queued, sending, and then sent, failed, or unknown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from village_hub.invitations import queries as invitations
from village_hub.invitations import service as invitations_service
from village_hub.kernel.signals import emit
from village_hub.notifications import queries
from village_hub.notifications.models import Delivery, DeliveryState

UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING)


def begin(session: Session, delivery_id: UUID) -> queries.LetterFacts | None:
    """Take a letter up before it leaves; None where it has left, or its outcome is settled."""
    letter = queries.letter(session, delivery_id)
    if letter is not None:
        _move(session, delivery_id, UNDER_WAY, state=DeliveryState.SENDING)
    return letter


def put_back(session: Session, delivery_id: UUID) -> None:
    """Nothing has left: the letter waits for the next try."""
    _move(session, delivery_id, (DeliveryState.SENDING,), state=DeliveryState.QUEUED)


def settle(session: Session, delivery_id: UUID, state: DeliveryState, *, now: datetime, why: str = "") -> None:
    """What became of a letter that was under way; letters that did not surely arrive show on the operator's page."""
    _move(session, delivery_id, (DeliveryState.SENDING,), state=state, why=why, settled_at=now)
    if state != DeliveryState.SENT:
        emit(session, "operator", "letter.lost", {"id": str(delivery_id)})


def private_link(session: Session, letter: queries.LetterFacts) -> str:
    """Where the letter leads: to a question that still waits by a link that works without signing in."""
    asked = invitations.invitation(session, letter.invitation_id) if letter.invitation_id else None
    if asked is None or asked.state != "needs_action":
        return letter.link
    return f"/invitations/by-link/{invitations_service.issue_link(session, asked.id)}"


def _move(session: Session, delivery_id: UUID, known: tuple[DeliveryState, ...], **values: object) -> None:
    moved = update(Delivery).where(Delivery.id == delivery_id, Delivery.state.in_(known)).values(values)
    session.execute(moved.execution_options(synchronize_session=False))
