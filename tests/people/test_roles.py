"""Roles have a scope and a term; rights follow from roles."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.people import a_manager, a_resident, a_staff_member, account_of, an_instructor, an_operator
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.errors import NotFound
from village_hub.people import policies, queries, service
from village_hub.people.errors import LastOperator, RoleNeedsScope
from village_hub.people.models import PersonRole, RoleKind

MISA, WIRYE = UUID(int=1), UUID(int=2)


def test_a_manager_manages_the_own_village_and_no_other(session: Session) -> None:
    manager = a_manager(session, MISA)

    assert policies.manages(manager, MISA)
    assert not policies.manages(manager, WIRYE)
    assert not policies.manages(manager, None)
    assert not policies.is_staff(manager)


def test_staff_manages_every_village_and_a_resident_none(session: Session) -> None:
    assert policies.manages(a_staff_member(session), MISA)
    assert not policies.manages(a_resident(session), MISA)
    assert not policies.manages(None, MISA)


def test_each_role_opens_its_own_doors(session: Session) -> None:
    # given
    resident, instructor, operator = a_resident(session), an_instructor(session), an_operator(session)

    # then
    assert policies.signed_in(resident)
    assert not policies.signed_in(None)
    assert policies.is_instructor(instructor)
    assert not policies.is_instructor(resident)
    assert policies.is_operator(operator)
    assert not policies.is_operator(instructor)
    assert policies.is_staff_or_operator(operator)
    assert not policies.is_staff_or_operator(resident)
    assert policies.is_manager(a_manager(session, MISA))
    assert not policies.is_manager(operator)


def test_a_role_ends_with_its_term(session: Session, clock: SettableClock) -> None:
    # given
    person = a_resident(session)
    tomorrow = clock.now() + timedelta(days=1)
    service.grant_role(session, person.id, RoleKind.LEARNING_MANAGER, scope_id=MISA, until=tomorrow, now=clock.now())
    assert policies.manages(account_of(session, person.id), MISA)
    assert queries.holders(session, "learning_manager", MISA, clock.now()) == [person.id]

    # when
    clock.advance(timedelta(days=1))

    # then
    assert not policies.manages(account_of(session, person.id), MISA)
    assert queries.holders(session, "learning_manager", MISA, clock.now()) == []


def test_holders_are_found_in_one_scope_or_anywhere(session: Session, clock: SettableClock) -> None:
    # given
    misa, wirye = a_manager(session, MISA), a_manager(session, WIRYE)

    # then
    assert queries.holders(session, "learning_manager", MISA, clock.now()) == [misa.id]
    assert set(queries.holders(session, "learning_manager", None, clock.now())) == {misa.id, wirye.id}


def test_granting_a_role_twice_grants_it_once(session: Session, clock: SettableClock) -> None:
    person = a_resident(session)

    first = service.grant_role(session, person.id, RoleKind.INSTRUCTOR, now=clock.now())
    second = service.grant_role(session, person.id, RoleKind.INSTRUCTOR, now=clock.now())

    assert first == second


def test_the_database_itself_refuses_a_lasting_role_held_twice(session: Session, clock: SettableClock) -> None:
    # given
    person = an_instructor(session)

    # then
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(PersonRole(id=UUID(int=9), person_id=person.id, kind="instructor", starts_at=clock.now()))
        session.flush()


def test_a_manager_without_a_village_is_refused(session: Session, clock: SettableClock) -> None:
    with pytest.raises(RoleNeedsScope):
        service.grant_role(session, a_resident(session).id, RoleKind.LEARNING_MANAGER, now=clock.now())


def test_a_role_for_nobody_is_refused(session: Session, clock: SettableClock) -> None:
    with pytest.raises(NotFound):
        service.grant_role(session, UUID(int=5), RoleKind.STAFF, now=clock.now())


def test_the_last_operator_stays_until_there_is_another(session: Session, clock: SettableClock) -> None:
    # given
    first = an_operator(session)
    role = next(term for term in queries.terms(session, first.id, clock.now()) if term.kind == "operator")

    # when
    with pytest.raises(LastOperator):
        service.end_role(session, role.id, now=clock.now())
    an_operator(session, "새운영")
    service.end_role(session, role.id, now=clock.now())

    # then
    assert not policies.is_operator(account_of(session, first.id))


def test_staff_grants_villages_roles_only(session: Session) -> None:
    staff, operator, resident = a_staff_member(session), an_operator(session), a_resident(session)

    assert policies.may_grant(staff, "learning_manager")
    assert not policies.may_grant(staff, "operator")
    assert not policies.may_grant(staff, "staff")
    assert all(policies.may_grant(operator, kind) for kind in RoleKind)
    assert not any(policies.may_grant(resident, kind) for kind in RoleKind)
