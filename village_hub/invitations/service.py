"""Asking instructors: the first yes takes the group, a no or silence moves on to the next best."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.invitations import errors, events, queries
from village_hub.invitations.models import Invitation, QuestionPlace, Reason, State
from village_hub.kernel.errors import Conflict
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id, new_secret
from village_hub.kernel.jobs import set_timer
from village_hub.kernel.signals import emit
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.places import queries as places
from village_hub.schedules import service as schedules
from village_hub.schedules.errors import PersonTaken, VenueTaken
from village_hub.talents import queries as talents
from village_hub.villages import queries as villages

HOUR = timedelta(hours=1)


def ask_if_village_wants(session: Session, proposal_id: UUID, *, now: datetime) -> None:
    """Where the village lets instructors be asked without approval, ask; else the proposal waits on the board."""
    proposal = matching.proposal(session, proposal_id)
    village = villages.village(session, proposal.village_id) if proposal else None
    if village and village.asks_automatically:
        invite(session, proposal_id, now=now)


def invite(session: Session, proposal_id: UUID, *, now: datetime, by: UUID | None = None) -> list[UUID]:
    """Ask the proposal's instructor, and as many of the next best as the rulebook asks at once."""
    known = matching.proposal(session, proposal_id)
    if known is not None:
        matching_service.look_after(session, known.group_id, now=now)
    proposal = matching_service.begin_asking(session, proposal_id, now=now)
    asked = _ask_next(session, proposal, now=now, by=by, first=proposal.instructor_id)
    if not asked:
        is_late = proposal.starts_at - HOUR <= now
        somebody = _candidates(session, proposal, proposal.instructor_id)
        raise errors.AskedOften if somebody and not is_late else errors.NobodyToAsk
    if by is not None:
        matching_service.approve(session, proposal, by=by, now=now)
    return asked


def invite_for_all(session: Session, proposal_ids: Iterable[UUID], *, by: UUID, now: datetime) -> tuple[int, int]:
    """Ask for many proposals at once; one that has moved on meanwhile stops none of the others: asked, passed by."""
    asked = passed_by = 0
    for proposal_id in sorted(set(proposal_ids)):
        try:
            with session.begin_nested():
                invite(session, proposal_id, by=by, now=now)
            asked += 1
        except Conflict:
            passed_by += 1
    return asked, passed_by


def issue_link(session: Session, invitation_id: UUID) -> str:
    """A fresh token for the link in a message; only its hash is kept, and the link before it no longer works."""
    token = new_secret(session)
    session.get_one(Invitation, invitation_id).token_hash = queries.token_hash(token)
    session.flush()
    return token


def accept(session: Session, invitation_id: UUID, *, by: UUID, now: datetime) -> State:
    """The first yes takes the group and keeps instructor and room.

    Where one of them was taken meanwhile, the invitation is withdrawn and the state says so: the next best instructor
    is asked, or, without the room, another plan is looked for.
    """
    invitation = _to_answer(session, invitation_id, now)
    proposal = _proposal(session, invitation.proposal_id)
    try:
        invitation.hold_id = _hold(session, invitation, now)
    except (PersonTaken, VenueTaken) as taken:
        _withdraw(session, invitation, now=now, by=by)
        if isinstance(taken, PersonTaken):
            _move_on(session, invitation, now=now)
        else:
            matching_service.dissolve(session, invitation.group_id, now=now)
        return State.WITHDRAWN
    _answer(session, invitation, State.ACCEPTED, now=now, by=by)
    for other in _pending(session, invitation.group_id):
        _withdraw(session, other, now=now)
    ids = matching_service.settle(session, proposal.id, invitation.instructor_id, now=now)
    learning_requests_service.confirm(session, ids, now=now)
    accepted = events.InvitationAccepted(invitation.id, proposal.id, *_named(invitation)[1:])
    record(session, accepted, now=now, by=by)
    return State.ACCEPTED


def decline(session: Session, invitation_id: UUID, *, reason: Reason, by: UUID, now: datetime, words: str = "") -> None:
    """A no, with its reason; the group moves on to the next best at once."""
    invitation = _to_answer(session, invitation_id, now)
    invitation.reason_code, invitation.reason_words = reason, words.strip()
    _answer(session, invitation, State.DECLINED, now=now, by=by)
    record(session, events.InvitationDeclined(*_named(invitation), reason), now=now, by=by)
    matching_service.pass_over(session, invitation.group_id, invitation.instructor_id, reason=reason, now=now)
    _move_on(session, invitation, now=now)


def propose_other_time(
    session: Session, invitation_id: UUID, *, starts_at: datetime, by: UUID, now: datetime, words: str = ""
) -> None:
    """Not then, but at another time: the learning manager decides, while nobody else is asked."""
    if starts_at <= now:
        raise errors.TimePassed
    invitation = _to_answer(session, invitation_id, now)
    invitation.reason_code, invitation.reason_words = Reason.OTHER_TIME, words.strip()
    invitation.other_starts_at = starts_at
    _answer(session, invitation, State.DECLINED, now=now, by=by)
    record(session, events.OtherTimeProposed(*_named(invitation)), now=now, by=by)
    if not _pending(session, invitation.group_id):
        matching_service.end_asking(session, invitation.proposal_id, now=now)


def agree_to_other_time(session: Session, invitation_id: UUID, *, by: UUID, now: datetime) -> list[UUID]:
    """The learning manager takes the other time, and asks the same instructor once more, now for that time."""
    invitation = _locked(session, invitation_id, now)
    if invitation.other_starts_at is None:
        raise errors.NoSuchInvitation
    matching_service.change(
        session,
        invitation.proposal_id,
        instructor_id=invitation.instructor_id,
        starts_at=invitation.other_starts_at,
        by=by,
        now=now,
    )
    return invite(session, invitation.proposal_id, by=by, now=now)


def withdraw(session: Session, invitation_id: UUID, *, by: UUID, now: datetime) -> None:
    """The learning manager takes the question back and decides anew."""
    invitation = _to_answer(session, invitation_id, now)
    _withdraw(session, invitation, now=now, by=by)
    if not _pending(session, invitation.group_id):
        matching_service.end_asking(session, invitation.proposal_id, now=now)


def withdraw_all(session: Session, group_id: UUID, *, now: datetime) -> None:
    """The group is gone: nobody needs to answer any more."""
    lock(session, f"group:{group_id}")
    for each in _pending(session, group_id):
        _withdraw(session, each, now=now)


def expire(session: Session, invitation_id: UUID, *, now: datetime) -> None:
    """Silence is an answer: the group moves on to the next best."""
    invitation = _locked(session, invitation_id, now)
    if invitation.state != State.NEEDS_ACTION or invitation.deadline > now:
        return
    _answer(session, invitation, State.EXPIRED, now=now)
    record(session, events.InvitationExpired(*_named(invitation)), now=now)
    matching_service.pass_over(session, invitation.group_id, invitation.instructor_id, reason="silence", now=now)
    _move_on(session, invitation, now=now)


def _move_on(session: Session, invitation: Invitation, *, now: datetime) -> None:
    """Ask the next best; where nobody is left, the group falls apart into its learning manager's hands."""
    proposal = _proposal(session, invitation.proposal_id)
    if proposal.state != "asked":
        return  # the group has fallen apart by itself: nobody is asked for it any more
    if _ask_next(session, proposal, now=now) or _pending(session, invitation.group_id):
        return
    matching_service.dissolve(session, invitation.group_id, now=now, needs_call=True)
    record(session, events.GroupWithoutInstructor(invitation.group_id, invitation.village_id), now=now)


def _ask_next(
    session: Session,
    proposal: matching.ProposalFacts,
    *,
    now: datetime,
    by: UUID | None = None,
    first: UUID | None = None,
) -> list[UUID]:
    """Bring the number of open questions up to what promises a yes in time; `first` may be asked once more.

    Whoever presses the button sees that instructor's name and so has them asked before all others.
    """
    rules = learning_requests.rules(session, now)
    local = now.astimezone(ZoneInfo(places.municipality(session).time_zone))
    deadline = queries.policy(rules).deadline(local, proposal.starts_at)
    candidates = _candidates(session, proposal, first)
    if deadline is None or not candidates:
        return []
    room, ordered = queries.next_to_ask(session, rules, proposal.group_id, candidates, deadline, now)
    if by and first in ordered:
        ordered = [first, *(each for each in ordered if each != first)]
    issued: list[UUID] = []
    for each in ordered:
        if len(issued) < room and _take_place(session, rules, each, proposal.group_id, local):
            issued.append(_issue(session, proposal, each, deadline, now=now, by=by))
    if issued:
        learning_requests_service.ask(session, proposal.request_ids, until=deadline, now=now)
    return issued


def _candidates(session: Session, proposal: matching.ProposalFacts, first: UUID | None) -> list[UUID]:
    """Who was found suitable and was not asked yet, the best first."""
    asked_before = select(Invitation.instructor_id).where(Invitation.group_id == proposal.group_id)
    out = matching.passed_over(session, proposal.group_id) | set(session.scalars(asked_before)) - {first}
    return [each for each in (proposal.instructor_id, *proposal.alternatives) if each not in out]


def _take_place(
    session: Session, rules: learning_requests.Rules, instructor_id: UUID, group_id: UUID, local: datetime
) -> bool:
    """Use up one of the questions that the instructor may be asked this week and month; no where none is left.

    A group takes one place, so asking the same instructor for it once more is always possible.
    """
    offer = talents.offer_of(session, instructor_id)
    a_week = rules.asks_per_class * (offer.cap_per_week if offer else 1)
    allowed_in = {f"{local:%G-W%V}": a_week, f"{local:%Y-%m}": rules.asks_per_month}
    lock(session, f"questions:{instructor_id}")
    taken = {period: queries.places_taken(session, instructor_id, period) for period in allowed_in}
    new = {period: allowed for period, allowed in allowed_in.items() if group_id not in taken[period]}
    if any(len(taken[period]) >= allowed for period, allowed in new.items()):
        return False
    who = {"instructor_id": instructor_id, "group_id": group_id}
    rows = [
        who | {"period": period, "number": max(taken[period].values(), default=0) + 1, "allowed": allowed}
        for period, allowed in new.items()
    ]
    session.add_all(QuestionPlace(**row) for row in rows)
    session.flush()
    return True


def _issue(
    session: Session,
    proposal: matching.ProposalFacts,
    instructor_id: UUID,
    deadline: datetime,
    *,
    now: datetime,
    by: UUID | None,
) -> UUID:
    invitation = Invitation(
        id=new_id(session),
        proposal_id=proposal.id,
        group_id=proposal.group_id,
        instructor_id=instructor_id,
        village_id=proposal.village_id,
        starts_at=proposal.starts_at,
        ends_at=proposal.ends_at,
        venue_id=proposal.venue_id,
        state=State.NEEDS_ACTION,
        deadline=deadline,
        asked_at=now,
        reason_words="",
    )
    session.add(invitation)
    session.flush()
    set_timer(session, events.InvitationDeadline(invitation.id), at=deadline)
    record(session, events.InvitationIssued(*_issued(invitation)), now=now, by=by)
    _tell(session, invitation, "invitation.issued")
    return invitation.id


def _hold(session: Session, invitation: Invitation, now: datetime) -> UUID:
    return schedules.hold(
        session,
        person_id=invitation.instructor_id,
        venue_id=invitation.venue_id,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        why=f"invitation:{invitation.id}",
        now=now,
    )


def _to_answer(session: Session, invitation_id: UUID, now: datetime) -> Invitation:
    """The invitation, its group locked, while an answer still counts."""
    invitation = _locked(session, invitation_id, now)
    match invitation.state:
        case State.WITHDRAWN:
            raise errors.SomebodyWasFaster
        case State.EXPIRED:
            raise errors.TooLate
        case State.ACCEPTED | State.DECLINED:
            raise errors.AlreadyAnswered
    if invitation.deadline <= now:
        raise errors.TooLate
    return invitation


def _locked(session: Session, invitation_id: UUID, now: datetime) -> Invitation:
    """The invitation and its group, without requests that have moved on and that no job has looked after yet."""
    group_id = session.scalar(select(Invitation.group_id).where(Invitation.id == invitation_id))
    if group_id is None:
        raise errors.NoSuchInvitation
    matching_service.look_after(session, group_id, now=now)
    return session.get_one(Invitation, invitation_id, with_for_update=True, populate_existing=True)


def _answer(session: Session, invitation: Invitation, state: State, *, now: datetime, by: UUID | None = None) -> None:
    invitation.state = state
    invitation.answered_at = now if by else None
    session.flush()
    _tell(session, invitation, "invitation.answered")


def _withdraw(session: Session, invitation: Invitation, *, now: datetime, by: UUID | None = None) -> None:
    _answer(session, invitation, State.WITHDRAWN, now=now)
    record(session, events.InvitationWithdrawn(*_named(invitation)), now=now, by=by)


def _pending(session: Session, group_id: UUID) -> list[Invitation]:
    waiting = (Invitation.group_id == group_id, Invitation.state == State.NEEDS_ACTION)
    return list(session.scalars(select(Invitation).where(*waiting).order_by(Invitation.id)))


def _proposal(session: Session, proposal_id: UUID) -> matching.ProposalFacts:
    found = matching.proposal(session, proposal_id)
    assert found is not None
    return found


def _named(invitation: Invitation) -> tuple[UUID, UUID, UUID, UUID]:
    return invitation.id, invitation.group_id, invitation.instructor_id, invitation.village_id


def _issued(invitation: Invitation) -> tuple[UUID, UUID, UUID, UUID]:
    return invitation.id, invitation.instructor_id, invitation.group_id, invitation.village_id


def _tell(session: Session, invitation: Invitation, type: str) -> None:
    emit(session, f"person:{invitation.instructor_id}", type, {"id": str(invitation.id)})
    emit(session, f"board:{invitation.village_id}", type, {"id": str(invitation.id)})
