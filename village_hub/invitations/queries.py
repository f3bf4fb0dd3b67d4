"""Questions to instructors, for their own pages and the learning manager's board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from village_hub.invitations.asking import Answers, Policy, after_quiet
from village_hub.invitations.models import Invitation, QuestionPlace, State
from village_hub.invitations.models import Reason as Reason
from village_hub.kernel.db import seconds
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.places import queries as places

#: What lies further back says little about today.
REMEMBERED = timedelta(days=365)
#: Questions that ended in one of these tell how somebody answers.
TELLING = (State.ACCEPTED, State.DECLINED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """One question as it was asked; topic, level and people are those of its group today."""

    id: UUID
    proposal_id: UUID
    group_id: UUID
    instructor_id: UUID
    village_id: UUID
    state: str
    deadline: datetime
    asked_at: datetime
    answered_at: datetime | None
    reason_code: str | None
    reason_words: str
    other_starts_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    venue_id: UUID
    hold_id: UUID | None
    topic_id: UUID
    level: str
    people: int


@dataclass(frozen=True, slots=True)
class BoardProposal:
    """A proposal with its names and with who was asked, as the learning manager's board shows it."""

    proposal: matching.ProposalFacts
    topic: str
    instructor: str
    venue: str
    asked: tuple[tuple[InvitationFacts, str], ...]


def invitation(session: Session, invitation_id: UUID) -> InvitationFacts | None:
    """One invitation, or None."""
    return next(iter(_facts(session, Invitation.id == invitation_id)), None)


def by_token(session: Session, token: str) -> InvitationFacts | None:
    """The invitation that a link from a message leads to."""
    return next(iter(_facts(session, Invitation.token_hash == token_hash(token))), None)


def waiting_for(session: Session, person_id: UUID) -> list[InvitationFacts]:
    """What an instructor is asked right now, the nearest deadline first."""
    mine = and_(Invitation.instructor_id == person_id, Invitation.state == State.NEEDS_ACTION)
    return sorted(_facts(session, mine), key=lambda each: (each.deadline, each.id))


def answered_by(session: Session, person_id: UUID) -> list[InvitationFacts]:
    """What an instructor said yes to, the next class first."""
    return _facts(session, and_(Invitation.instructor_id == person_id, Invitation.state == State.ACCEPTED))


def of_proposals(session: Session, proposal_ids: Iterable[UUID]) -> dict[UUID, list[InvitationFacts]]:
    """Who was asked for each proposal, in the order of asking."""
    return asked_for(session, matching.proposals(session, proposal_ids).values())


def asked_for(session: Session, proposals: Iterable[matching.ProposalFacts]) -> dict[UUID, list[InvitationFacts]]:
    """Who was asked for each of these proposals, in the order of asking; one query."""
    known = {each.id: each for each in proposals}
    found: dict[UUID, list[InvitationFacts]] = {}
    asked = _facts(session, Invitation.proposal_id.in_(known), known) if known else []
    for each in sorted(asked, key=lambda one: (one.asked_at, one.id)):
        found.setdefault(each.proposal_id, []).append(each)
    return found


def answers(session: Session, *, now: datetime) -> dict[UUID, Answers]:
    """How each instructor has answered in the last year; what was taken back before an answer tells nothing."""
    table = Invitation
    hours = func.coalesce(func.sum(seconds(table.answered_at) - seconds(table.asked_at)), 0.0) / 3600
    query = select(table.instructor_id, table.state, func.count(), hours).where(
        table.asked_at > now - REMEMBERED, table.state.in_(TELLING)
    )
    known: dict[UUID, Answers] = {}
    for person, state, count, took in session.execute(query.group_by(table.instructor_id, table.state)):
        seen = Answers(**{state: float(count)}, hours=took if state != State.EXPIRED else 0.0)
        known[person] = known.get(person, Answers()) + seen
    return known


def policy(rules: learning_requests.Rules) -> Policy:
    """How a city asks, from its rulebook."""
    shares, weight = rules.assumed_answers, rules.assumed_answers["weight"]
    accepted, declined, expired = (weight * shares[each] for each in ("accepted", "declined", "expired"))
    return Policy(
        most=rules.ask_at_once,
        within=rules.yes_within_hours,
        needless=rules.needless_asks,
        next_best=rules.next_best_counts,
        call=24.0 * rules.promise_days["call"],
        assumed=Answers(accepted, declined, expired, (accepted + declined) * shares["hours"]),
        own_weight=rules.own_answers_weigh_from,
        deadlines=tuple((each["from_hour"], each["answer_hours"]) for each in rules.deadlines),
        quiet=(rules.quiet_from_hour, rules.quiet_until_hour),
    )


def places_taken(session: Session, instructor_id: UUID, period: str) -> dict[UUID, int]:
    """The groups for which an instructor was asked in a week or month, with the numbers of their places."""
    query = select(QuestionPlace.group_id, QuestionPlace.number)
    mine = query.where(QuestionPlace.instructor_id == instructor_id, QuestionPlace.period == period)
    return {row.group_id: row.number for row in session.execute(mine)}


def quiet_until(session: Session, now: datetime) -> datetime:
    """From when on people may be disturbed: now, or when the quiet hours of the night end."""
    rules = learning_requests.rules(session, now)
    local = now.astimezone(ZoneInfo(places.municipality(session).time_zone))
    return after_quiet(local, *policy(rules).quiet).astimezone(now.tzinfo)


def token_hash(token: str) -> str:
    """What is kept of a link's token."""
    return sha256(token.encode()).hexdigest()


def next_to_ask(
    session: Session,
    rules: learning_requests.Rules,
    group_id: UUID,
    candidates: list[UUID],
    deadline: datetime,
    now: datetime,
) -> tuple[int, list[UUID]]:
    """How many more to ask now, and the candidates in the order in which to ask them."""
    known = answers(session, now=now)
    waiting = (Invitation.group_id == group_id, Invitation.state == State.NEEDS_ACTION)
    pending = list(session.scalars(select(Invitation.instructor_id).where(*waiting).order_by(Invitation.id)))
    began = session.scalar(select(func.min(Invitation.asked_at)).where(Invitation.group_id == group_id)) or now
    hours, waited = (deadline - now) / timedelta(hours=1), (now - began) / timedelta(hours=1)
    return policy(rules).choose(known, pending, candidates, deadline=hours, waited=waited)


def _facts(
    session: Session, condition: ColumnElement[bool], known: Mapping[UUID, matching.ProposalFacts] | None = None
) -> list[InvitationFacts]:
    table = Invitation
    columns = (
        table.id, table.proposal_id, table.group_id, table.instructor_id, table.village_id, table.state, table.deadline,
        table.asked_at, table.answered_at, table.reason_code, table.reason_words, table.other_starts_at,
        table.starts_at, table.ends_at, table.venue_id, table.hold_id,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(condition).order_by(table.starts_at, table.id)).all()
    proposals = known or (matching.proposals(session, {row.proposal_id for row in rows}) if rows else {})
    return [
        InvitationFacts(
            **dict(row._mapping)
            | {
                "topic_id": proposals[row.proposal_id].topic_id,
                "level": proposals[row.proposal_id].level,
                "people": proposals[row.proposal_id].people,
            }
        )
        for row in rows
    ]
