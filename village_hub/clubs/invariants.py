"""What must be true of learning clubs and their members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal, select

from village_hub.clubs.events import ClubClosed, ClubFounded, ClubJoined
from village_hub.clubs.models import Club, ClubMember
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, Rows, any_of, invariant, twice
from village_hub.kernel.traces import recorded


@invariant(
    N_("Nobody belongs to a club twice at a time."),
    N_("Let the person leave the club on its page and join it again."),
)
def members_belong_once(now: datetime) -> Rows:
    return twice(ClubMember.person_id, ClubMember.club_id, where=ClubMember.until.is_(None))


@invariant(N_("A club has one lead at a time."), N_("Name the lead anew on the club's page."))
def clubs_have_one_lead(now: datetime) -> Rows:
    return twice(ClubMember.club_id, where=ClubMember.is_lead & ClubMember.until.is_(None))


@invariant(
    N_("A club that goes on has a name of its own in its village."),
    N_("Ask one of the two clubs to choose another name."),
)
def names_are_their_own(now: datetime) -> Rows:
    return twice(Club.name, Club.village_id, where=Club.closed_on.is_(None))


@invariant(N_("Which clubs were founded and closed, and who joined them, was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    founded = select(Club.id, literal("founded").label("what")).where(~recorded(ClubFounded, club_id=Club.id))
    closed = select(Club.id, literal("closed").label("what")).where(
        Club.closed_on.is_not(None), ~recorded(ClubClosed, club_id=Club.id)
    )
    was_joined = recorded(ClubJoined, club_id=ClubMember.club_id, person_id=ClubMember.person_id)
    return any_of(founded, closed, select(ClubMember.id, literal("joined").label("what")).where(~was_joined))


INVARIANTS = (members_belong_once, clubs_have_one_lead, names_are_their_own, what_happened_was_written_down)
