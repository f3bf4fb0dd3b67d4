"""Two learning managers, or one and a volunteer, decide about the same: one decision counts, and it is whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.faults.races.transactions import (
    Pair,
    Wrong,
    a_proposal,
    accept,
    alone,
    choices_of_two,
    edit,
    now_of,
    open_questions,
)
from tests.journeys.city import City
from village_hub.invitations import service as invitations
from village_hub.invitations.models import Invitation
from village_hub.kernel.events import RecordedEvent
from village_hub.matching import service as matching
from village_hub.matching.events import GroupDissolved
from village_hub.matching.models import Proposal
from village_hub.schedules.models import Hold

#: How whoever comes second hears it.
REFUSED = ("SomebodyWasFaster", "AlreadyAnswered")


def one_asks_and_one_asks(city: City) -> Pair:
    """Of two learning managers one begins to ask; the group is locked first, then its proposal."""
    proposal = a_proposal(city)
    return _deciding(city, proposal, _ask, _ask, lambda outcomes: "ProposalMovedOn" in outcomes)


def one_asks_and_one_dismisses(city: City) -> Pair:
    """Either the instructor is asked, or the proposal is dismissed; the group is locked first, then its proposal."""
    proposal = a_proposal(city)
    return _deciding(city, proposal, _ask, _dismiss, lambda outcomes: "ProposalMovedOn" in outcomes)


def one_edits_and_one_asks(city: City) -> Pair:
    """What is asked is what was chosen; the group is locked first, then its proposal."""
    proposal, (choice, _) = a_proposal(city), choices_of_two(city).items()
    return _deciding(city, proposal, lambda session, each: edit(session, each, choice), _ask, lambda _: True)


def one_edits_and_one_dismisses(city: City) -> Pair:
    """Nobody edits what is dismissed; the group is locked first, then its proposal."""
    proposal, (choice, _) = a_proposal(city), choices_of_two(city).items()

    def is_serial(outcomes: list[str]) -> bool:
        with city.database.read_session() as session:
            found = session.get_one(Proposal, proposal)
            return found.state == "dropped" and found.pinned != ("ProposalMovedOn" in outcomes)

    return _deciding(city, proposal, lambda session, each: edit(session, each, choice), _dismiss, is_serial)


def one_says_yes_and_one_withdraws(city: City) -> Pair:
    """Either the volunteer's yes counts, or the question was taken back; the group is locked first."""
    (question,), (one,) = open_questions(city, 1)

    def wrong(session: Session, *outcomes: Any) -> Wrong:
        invitation = session.get_one(Invitation, question)
        held = session.scalar(sa.select(sa.func.count()).where(Hold.why == f"invitation:{question}"))
        if sum(each in REFUSED for each in outcomes) != 1 or (invitation.state == "accepted") != (held == 1):
            yield f"{outcomes}, and it is {invitation.state} with {held} holds"

    def withdraw(session: Session) -> None:
        invitations.withdraw(session, question, by=city.manager, now=now_of(session))

    return Pair(lambda session: accept(session, question, one), alone(city, withdraw), wrong)


DECISIONS = (
    one_asks_and_one_asks,
    one_asks_and_one_dismisses,
    one_edits_and_one_asks,
    one_edits_and_one_dismisses,
    one_says_yes_and_one_withdraws,
)


def _deciding(
    city: City,
    proposal: UUID,
    first: Callable[[Session, UUID], Any],
    second: Callable[[Session, UUID], Any],
    is_serial: Callable[[list[str]], bool],
) -> Pair:
    """Two learning managers decide about one proposal; questions are open only while it is asked, and for its plan."""

    def wrong(session: Session, *outcomes: Any) -> Wrong:
        found = session.get_one(Proposal, proposal)
        query = sa.select(Invitation.starts_at).where(Invitation.proposal_id == proposal)
        waiting = session.scalars(query.where(Invitation.state == "needs_action")).all()
        if waiting != ([found.starts_at] if found.state == "asked" else []):
            yield f"the proposal is {found.state} for {found.starts_at}, and asked for {waiting}"
        if found.state == "dropped" and _last_fact(session, found.group_id) != GroupDissolved.type:
            yield "something was decided about what had been dismissed"
        if not is_serial([str(each) for each in outcomes]):
            yield f"one after the other they would not have heard {outcomes}"

    return Pair(lambda session: first(session, proposal), alone(city, lambda session: second(session, proposal)), wrong)


def _last_fact(session: Session, group: UUID) -> str | None:
    facts = sa.select(RecordedEvent.type).where(RecordedEvent.stream == f"group:{group}")
    return session.scalars(facts.order_by(RecordedEvent.seq.desc())).first()


def _ask(session: Session, proposal: UUID) -> None:
    invitations.invite(session, proposal, now=now_of(session))


def _dismiss(session: Session, proposal: UUID) -> None:
    somebody = session.get_one(Proposal, proposal).instructor_id
    matching.dismiss(session, proposal, by=somebody, now=now_of(session))
