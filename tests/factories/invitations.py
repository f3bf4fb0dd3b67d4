"""Invitations for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.matching import a_proposal
from village_hub.invitations import queries, service
from village_hub.learning_requests import service as learning_requests


def an_invitation(session: Session, *, volunteers: int = 1, **village: Any) -> queries.InvitationFacts:
    """The question to the best volunteer of a fresh proposal; further `volunteers` are the next best."""
    return invitations(session, volunteers=volunteers, **village)[0]


def invitations(
    session: Session, *, volunteers: int, at_once: int = 1, **village: Any
) -> list[queries.InvitationFacts]:
    """The questions to the best volunteers of a fresh proposal, as many as are asked at once."""
    proposal = a_proposal(session, volunteers=volunteers, **village)
    now = session.info["clock"].now()
    if at_once > 1:
        learning_requests.set_rules(session, valid_from=now.date(), rules=always_asking(at_once))
        session.flush()
    return [look(session, each) for each in service.invite(session, proposal.id, now=now)]


def always_asking(number: int) -> dict[str, Any]:
    """Rules by which so many are asked at once, whatever is known of them, and as often as anybody likes."""
    hurry = {"ask_at_once": number, "yes_within_hours": 0, "needless_asks": number}
    return hurry | {"asks_per_class": 100, "asks_per_month": 1000}


def an_accepted_invitation(session: Session, **village: Any) -> queries.InvitationFacts:
    """A fresh invitation that the volunteer said yes to."""
    asked = an_invitation(session, **village)
    service.accept(session, asked.id, by=asked.instructor_id, now=session.info["clock"].now())
    return look(session, asked.id)


def look(session: Session, invitation_id: UUID) -> queries.InvitationFacts:
    """The invitation as it stands now."""
    session.flush()
    found = queries.invitation(session, invitation_id)
    assert found is not None
    return found
