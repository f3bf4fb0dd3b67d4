"""What must be true of questions to instructors, and of their answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Subquery, and_, func, select

from village_hub.invitations import events
from village_hub.invitations.models import Invitation, QuestionPlace, State
from village_hub.kernel.db import seconds
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTART, RESTORE, Rows, any_of, invariant, twice
from village_hub.kernel.traces import has_timer, recorded, under_way
from village_hub.matching import invariants as matching
from village_hub.matching.events import GroupDissolved
from village_hub.schedules import invariants as schedules

ASK_ANEW = N_("Take the question back on the village's board and ask anew; then report the fault.")
CALL = N_("Call the instructor and the group, agree on one date, and report the fault.")
ANSWERED = (State.ACCEPTED, State.DECLINED)


@invariant(N_("One instructor at most has said yes to a group."), CALL)
def one_yes_takes_a_group(now: datetime) -> Rows:
    return twice(Invitation.group_id, where=Invitation.state == State.ACCEPTED)


@invariant(N_("Nobody is asked the same twice at a time."), ASK_ANEW)
def nobody_is_asked_twice(now: datetime) -> Rows:
    return twice(Invitation.instructor_id, Invitation.group_id, where=Invitation.state == State.NEEDS_ACTION)


@invariant(N_("Every open question has a timer that acts at its deadline."), ASK_ANEW)
def deadlines_have_timers(now: datetime) -> Rows:
    is_timed = has_timer(events.InvitationDeadline, at=seconds(Invitation.deadline), invitation_id=Invitation.id)
    waits = Invitation.state == State.NEEDS_ACTION
    return select(Invitation.id, Invitation.instructor_id, Invitation.deadline).where(waits, ~is_timed)


@invariant(N_("Nobody is asked for a group that has its lecture or has fallen apart."), RESTART)
def open_questions_have_a_group(now: datetime) -> Rows:
    proposal = matching.proposals()
    asks = and_(proposal.c.id == Invitation.proposal_id, proposal.c.state == "asked")
    ending = under_way(GroupDissolved, group_id=Invitation.group_id)
    query = select(Invitation.id, Invitation.group_id, Invitation.instructor_id).outerjoin(proposal, asks)
    return query.where(Invitation.state == State.NEEDS_ACTION, proposal.c.id.is_(None), ~ending)


@invariant(
    N_("A group for which instructors are asked has somebody who still can answer."),
    N_("Call the instructors yourself or withdraw the proposal on the village's board; then report the fault."),
)
def somebody_can_answer(now: datetime) -> Rows:
    group = matching.groups()
    asked = select(Invitation.group_id).where(Invitation.state == State.NEEDS_ACTION)
    return select(group.c.id, group.c.state).where(group.c.state == "asking", group.c.id.not_in(asked))


@invariant(N_("A yes and the proposal that it was said to agree."), RESTORE)
def a_yes_settles_the_proposal(now: datetime) -> Rows:
    proposal = matching.proposals()
    yes = and_(Invitation.proposal_id == proposal.c.id, Invitation.state == State.ACCEPTED)
    settled = and_(proposal.c.state == "accepted", proposal.c.instructor_id == Invitation.instructor_id)
    columns = (proposal.c.id, proposal.c.state, proposal.c.instructor_id, Invitation.id.label("invitation"))
    query = select(*columns).select_from(proposal).outerjoin(Invitation, yes)
    unsettled = query.where(Invitation.id.is_not(None), ~settled)
    unasked = query.where(proposal.c.state == "accepted", Invitation.id.is_(None))
    return any_of(unsettled, unasked)


@invariant(N_("A yes keeps the instructor and the room for the time that was asked for."), CALL)
def a_yes_keeps_the_time(now: datetime) -> Rows:
    """The lecture that comes of it may be moved later, which gives this time back."""
    hold = schedules.holds()
    is_kept = and_(
        hold.c.person_id == Invitation.instructor_id,
        hold.c.venue_id == Invitation.venue_id,
        hold.c.starts_at == Invitation.starts_at,
        hold.c.ends_at == Invitation.ends_at,
    )
    query = select(Invitation.id, Invitation.instructor_id, Invitation.starts_at)
    joined = query.outerjoin(hold, and_(hold.c.id == Invitation.hold_id, is_kept))
    return joined.where(Invitation.state == State.ACCEPTED, hold.c.id.is_(None))


@invariant(N_("An answer has its moment and a no has its reason; an open question has neither."), REPORT)
def answers_are_whole(now: datetime) -> Rows:
    is_answered = Invitation.answered_at.is_not(None)
    has_reason = Invitation.reason_code.is_not(None)
    is_sound = and_(
        Invitation.state.in_(list(State)),
        is_answered == Invitation.state.in_(ANSWERED),
        has_reason == (Invitation.state == State.DECLINED),
    )
    return select(Invitation.id, Invitation.state, Invitation.answered_at, Invitation.reason_code).where(~is_sound)


@invariant(N_("A link from a letter leads to one question."), N_("Ask the instructor anew; the old links then end."))
def links_lead_to_one_question(now: datetime) -> Rows:
    hashes = select(Invitation.token_hash).group_by(Invitation.token_hash).having(func.count() > 1)
    return select(Invitation.id, Invitation.instructor_id).where(Invitation.token_hash.in_(hashes))


@invariant(N_("Every question and every answer was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    each = select(Invitation.id, Invitation.state)
    ways = {
        State.ACCEPTED: (events.InvitationAccepted,),
        State.DECLINED: (events.InvitationDeclined, events.OtherTimeProposed),
        State.EXPIRED: (events.InvitationExpired,),
        State.WITHDRAWN: (events.InvitationWithdrawn,),
    }
    ended = [
        each.where(Invitation.state == state, ~recorded(*facts, invitation_id=Invitation.id))
        for state, facts in ways.items()
    ]
    return any_of(each.where(~recorded(events.InvitationIssued, invitation_id=Invitation.id)), *ended)


@invariant(
    N_("Nobody is asked more often in a week or a month than they want to be."),
    N_("Apologise to the instructor; then report the fault."),
)
def nobody_is_asked_too_often(now: datetime) -> Rows:
    place = QuestionPlace
    beyond = select(place.instructor_id, place.period, place.number, place.allowed)
    return beyond.where(~place.number.between(1, place.allowed))


@invariant(N_("Every place that an instructor has for questions is given once."), REPORT)
def places_for_questions_are_given_once(now: datetime) -> Rows:
    return twice(QuestionPlace.instructor_id, QuestionPlace.period, QuestionPlace.number)


def invitations() -> Subquery:
    """Questions as a table, for the rules of later capabilities."""
    return select(Invitation.id, Invitation.state, Invitation.instructor_id, Invitation.hold_id).subquery()


INVARIANTS = (
    one_yes_takes_a_group,
    nobody_is_asked_twice,
    deadlines_have_timers,
    open_questions_have_a_group,
    somebody_can_answer,
    a_yes_settles_the_proposal,
    a_yes_keeps_the_time,
    answers_are_whole,
    links_lead_to_one_question,
    what_happened_was_written_down,
    nobody_is_asked_too_often,
    places_for_questions_are_given_once,
)
