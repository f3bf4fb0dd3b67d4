"""What must be true of people, their roles and the devices on which they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTORE, Rows, any_of, invariant, twice
from village_hub.kernel.traces import recorded
from village_hub.people.events import PersonRegistered, RoleGranted, SignInRevoked
from village_hub.people.models import Person, PersonRole, RoleKind, SignIn


@invariant(
    N_("An e-mail address, a phone number and a card number belong to one person each."),
    N_("Ask these people which account they use, and report the fault: one of the accounts has to be closed."),
)
def contacts_belong_to_one_person(now: datetime) -> Rows:
    shared = [
        column.in_(select(column).group_by(column).having(func.count() > 1))
        for column in (Person.email, Person.phone_hash, Person.card_number)
    ]
    return select(Person.id).where(or_(*shared))


@invariant(
    N_("A phone number that can be found can also be called."),
    N_("Ask the person for the number and register it anew."),
)
def phones_can_be_called(now: datetime) -> Rows:
    return select(Person.id).where(Person.phone_hash.is_(None) != Person.phone_sealed.is_(None))


@invariant(N_("Everybody who joined did so as a resident."), RESTORE)
def everybody_joined_as_a_resident(now: datetime) -> Rows:
    residents = select(PersonRole.person_id).where(PersonRole.kind == RoleKind.RESIDENT)
    return select(Person.id).where(Person.id.not_in(residents))


@invariant(
    N_("A role has a known kind, learning managers have a village, and no term ends before it begins."),
    N_("End this role on the page of people and roles, and grant it anew."),
)
def roles_are_sound(now: datetime) -> Rows:
    homeless = and_(PersonRole.kind == RoleKind.LEARNING_MANAGER, PersonRole.scope_id.is_(None))
    unsound = or_(PersonRole.kind.not_in(list(RoleKind)), homeless, PersonRole.ends_at < PersonRole.starts_at)
    return select(PersonRole.id, PersonRole.person_id, PersonRole.kind).where(unsound)


@invariant(
    N_("Nobody holds the same role in the same place twice at a time."),
    N_("End one of the two terms on the page of people and roles."),
)
def terms_follow_each_other(now: datetime) -> Rows:
    one, other = aliased(PersonRole), aliased(PersonRole)
    several = twice(PersonRole.person_id, PersonRole.kind).with_only_columns(PersonRole.person_id)
    same = and_(
        one.person_id == other.person_id, one.kind == other.kind, one.scope_id.is_not_distinct_from(other.scope_id)
    )
    begins_first = or_(one.starts_at < other.starts_at, and_(one.starts_at == other.starts_at, one.id < other.id))
    overlaps = or_(one.ends_at.is_(None), one.ends_at > other.starts_at)
    return select(one.person_id, one.kind, one.id.label("one"), other.id.label("other")).where(
        one.person_id.in_(several), same, one.id != other.id, begins_first, overlaps
    )


@invariant(
    N_("Somebody is the operator."),
    N_("Let whoever looks after the machine grant the role anew; nobody can open the operator's page."),
)
def somebody_is_the_operator(now: datetime) -> Rows:
    is_operator = PersonRole.kind == RoleKind.OPERATOR
    in_force = select(PersonRole.id).where(is_operator, or_(PersonRole.ends_at.is_(None), PersonRole.ends_at > now))
    return select(PersonRole.id, PersonRole.person_id, PersonRole.ends_at).where(is_operator, ~in_force.exists())


@invariant(
    N_("A device is signed in as one person, and for a limited time."),
    N_("Sign this device out, and report the fault."),
)
def devices_belong_to_one_person(now: datetime) -> Rows:
    shared = SignIn.token_hash.in_(select(SignIn.token_hash).group_by(SignIn.token_hash).having(func.count() > 1))
    return select(SignIn.id, SignIn.person_id).where(or_(shared, SignIn.expires_at <= SignIn.created_at))


@invariant(N_("Who joined, which roles they were given and which devices were signed out was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    joined = select(Person.id, literal("joined").label("what")).where(~recorded(PersonRegistered, person_id=Person.id))
    granted = select(PersonRole.id, literal("granted").label("what")).where(
        ~recorded(RoleGranted, person_id=PersonRole.person_id, kind=PersonRole.kind)
    )
    revoked = select(SignIn.id, literal("signed out").label("what")).where(
        SignIn.revoked_at.is_not(None), ~recorded(SignInRevoked, sign_in_id=SignIn.id)
    )
    return any_of(joined, granted, revoked)


def roles() -> Subquery:
    """Roles as a table, for the rules of later capabilities."""
    return select(PersonRole.id, PersonRole.person_id, PersonRole.kind, PersonRole.scope_id).subquery()


INVARIANTS = (
    contacts_belong_to_one_person,
    phones_can_be_called,
    everybody_joined_as_a_resident,
    roles_are_sound,
    terms_follow_each_other,
    somebody_is_the_operator,
    devices_belong_to_one_person,
    what_happened_was_written_down,
)
