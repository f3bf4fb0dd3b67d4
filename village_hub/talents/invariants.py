"""What must be true of what volunteers offer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import aliased

from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, Rows, any_of, invariant, twice
from village_hub.kernel.traces import recorded
from village_hub.talents.events import OfferChanged, TalentOffered, TalentWithdrawn
from village_hub.talents.models import Availability, Talent, Teaching

OFFER_ANEW = N_("Ask the volunteer to open the page of the own offer and save it anew.")


@invariant(N_("A volunteer offers a topic once."), OFFER_ANEW)
def topics_are_offered_once(now: datetime) -> Rows:
    return twice(Talent.person_id, Talent.topic_id, where=Talent.active)


@invariant(N_("Whoever offers something has said where, how far, how often and when."), OFFER_ANEW)
def offers_are_whole(now: datetime) -> Rows:
    has_terms = Talent.person_id.in_(select(Teaching.person_id))
    has_times = Talent.person_id.in_(select(Availability.person_id))
    return select(Talent.person_id, Talent.id).where(Talent.active, ~and_(has_terms, has_times))


@invariant(
    N_("The terms of an offer make sense: a way, classes a week, a size of group, a pause with a beginning."),
    OFFER_ANEW,
)
def terms_are_sound(now: datetime) -> Rows:
    is_sound = and_(
        Teaching.radius_m > 0,
        Teaching.cap_per_week.between(1, 14),
        Teaching.group_min.between(1, Teaching.group_max),
        or_(Teaching.paused_until.is_(None), Teaching.paused_since.is_not(None)),
    )
    return select(Teaching.person_id).where(~is_sound)


@invariant(N_("What was offered was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    """A topic that is no longer offered was withdrawn, or was offered anew in other words."""
    terms = select(Teaching.person_id.label("id"), literal("terms").label("what"))
    offered = select(Talent.id, literal("offered").label("what"))
    withdrawn = select(Talent.id, literal("withdrawn").label("what"))
    anew = aliased(Talent)
    same = and_(anew.person_id == Talent.person_id, anew.topic_id == Talent.topic_id, anew.id != Talent.id)
    gone = or_(recorded(TalentWithdrawn, talent_id=Talent.id), select(anew.id).where(same).exists())
    return any_of(
        terms.where(~recorded(OfferChanged, person_id=Teaching.person_id)),
        offered.where(~recorded(TalentOffered, talent_id=Talent.id)),
        withdrawn.where(Talent.active.is_(False), ~gone),
    )


INVARIANTS = (topics_are_offered_once, offers_are_whole, terms_are_sound, what_happened_was_written_down)
