"""What must be true of learning villages, their members and their learning managers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal, select

from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, Rows, any_of, invariant, twice
from village_hub.kernel.traces import recorded
from village_hub.people import invariants as people
from village_hub.people.queries import RoleKind
from village_hub.villages.events import VillageFounded, VillageJoined
from village_hub.villages.models import BaseCentre, Village, VillageMembership


@invariant(
    N_("Nobody belongs to a village twice at a time."),
    N_("Let the person leave the village on its page and join it again."),
)
def members_belong_once(now: datetime) -> Rows:
    member = VillageMembership
    return twice(member.person_id, member.village_id, where=member.until.is_(None))


@invariant(N_("A village and a base centre have a name of their own in their city."), REPORT)
def names_are_their_own(now: datetime) -> Rows:
    return any_of(twice(Village.name, Village.municipality_id), twice(BaseCentre.name, BaseCentre.municipality_id))


@invariant(
    N_("Every learning manager looks after a village that exists."),
    N_("End this role on the page of people and roles, and appoint the manager in the right village."),
)
def managers_have_a_village(now: datetime) -> Rows:
    role = people.roles()
    astray = (role.c.kind == RoleKind.LEARNING_MANAGER, role.c.scope_id.not_in(select(Village.id)))
    return select(role.c.id, role.c.person_id, role.c.scope_id).where(*astray)


@invariant(N_("Which villages were founded and who joined them was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    member = VillageMembership
    founded = select(Village.id, literal("founded").label("what"))
    joined = select(member.id, literal("joined").label("what"))
    was_joined = recorded(VillageJoined, village_id=member.village_id, person_id=member.person_id)
    return any_of(founded.where(~recorded(VillageFounded, village_id=Village.id)), joined.where(~was_joined))


INVARIANTS = (members_belong_once, names_are_their_own, managers_have_a_village, what_happened_was_written_down)
