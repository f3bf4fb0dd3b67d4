"""The page that grants and ends roles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_manager, a_resident, a_staff_member, account_of, an_instructor, an_operator
from village_hub.kernel.clock import SettableClock
from village_hub.people import policies, queries

MISA = UUID(int=1)


@pytest.fixture(autouse=True)
def _villages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(queries._scope_names, "learning_manager", lambda _session: {MISA: "미사 별자리마을"})


def role_of(session: Session, person_id: UUID, kind: str, clock: SettableClock) -> UUID:
    return next(term.id for term in queries.terms(session, person_id, clock.now()) if term.kind == kind)


def test_the_operator_finds_a_person_by_a_part_of_the_name(client: Visitor, session: Session) -> None:
    # given
    client.sign_in(an_operator(session).id)
    person = a_resident(session, "김복순")
    a_resident(session, "이영희")

    # when
    page = client.get("/people?name=복").get_data(as_text=True)

    # then
    assert f"/people/{person.id}" in page
    assert "이영희" not in page
    assert "Nobody" not in page


def test_signs_of_the_search_language_are_plain_letters(client: Visitor, session: Session) -> None:
    client.sign_in(an_operator(session).id)
    a_resident(session, "김복순")

    assert "김복순" not in client.get("/people?name=%25").get_data(as_text=True)
    assert "김복순" not in client.get("/people?name=김_순").get_data(as_text=True)


def test_a_long_list_takes_as_few_queries_as_a_short_one(
    client: Visitor, session: Session, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(an_operator(session).id)
    for number in range(30):
        a_resident(session, f"이웃 {number}")

    with max_queries(6):
        page = client.get("/people?name=이웃").get_data(as_text=True)

    assert page.count("/people/") == 30


def test_the_operator_grants_a_role_until_a_day(client: Visitor, session: Session, clock: SettableClock) -> None:
    # given
    person = a_resident(session)
    client.sign_in(an_operator(session).id)

    # when
    form = {"kind": "learning_manager", "scope": str(MISA), "until": "2026-11-23"}
    answer = client.post(f"/people/{person.id}/roles", data=form)

    # then
    assert answer.status_code == 303
    assert policies.manages(account_of(session, person.id), MISA)
    assert "미사 별자리마을" in client.get(f"/people/{person.id}").get_data(as_text=True)
    clock.advance(timedelta(hours=38, minutes=59))
    assert policies.manages(account_of(session, person.id), MISA), "until the end of the day in Korea"
    clock.advance(timedelta(minutes=1))
    assert not policies.manages(account_of(session, person.id), MISA)


def test_a_manager_needs_a_village(client: Visitor, session: Session) -> None:
    person = a_resident(session)
    client.sign_in(an_operator(session).id)

    for scope in ("", str(UUID(int=77)), "x"):
        answer = client.post(f"/people/{person.id}/roles", data={"kind": "learning_manager", "scope": scope})
        assert answer.status_code == 422

    assert not policies.is_manager(account_of(session, person.id))


def test_staff_appoints_managers_but_neither_staff_nor_operators(client: Visitor, session: Session) -> None:
    # given
    person = a_resident(session)
    client.sign_in(a_staff_member(session).id)

    # then
    for kind in ("staff", "operator"):
        assert client.post(f"/people/{person.id}/roles", data={"kind": kind}).status_code == 422
    form = {"kind": "learning_manager", "scope": str(MISA)}
    assert client.post(f"/people/{person.id}/roles", data=form).status_code == 303
    assert {role.kind for role in account_of(session, person.id).roles} == {"resident", "learning_manager"}


def test_staff_does_not_end_the_operators_role(client: Visitor, session: Session, clock: SettableClock) -> None:
    # given
    operator = an_operator(session)
    client.sign_in(a_staff_member(session).id)
    role = role_of(session, operator.id, "operator", clock)

    # when
    answer = client.post(f"/people/{operator.id}/roles/{role}/ending")

    # then
    assert answer.status_code == 403
    assert policies.is_operator(account_of(session, operator.id))


def test_an_ended_role_gives_no_rights_with_the_next_request(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    # given
    manager = a_manager(session, MISA)
    client.sign_in(a_staff_member(session).id)
    role = role_of(session, manager.id, "learning_manager", clock)

    # when
    answer = client.post(f"/people/{manager.id}/roles/{role}/ending")

    # then
    assert answer.status_code == 303
    assert not policies.is_manager(account_of(session, manager.id))
    assert client.post(f"/people/{manager.id}/roles/{role}/ending").status_code == 404


def test_a_role_is_ended_on_its_own_persons_page_only(client: Visitor, session: Session, clock: SettableClock) -> None:
    # given
    manager, other = a_manager(session, MISA), a_resident(session)
    client.sign_in(an_operator(session).id)
    role = role_of(session, manager.id, "learning_manager", clock)

    # then
    assert client.post(f"/people/{other.id}/roles/{role}/ending").status_code == 404
    assert policies.is_manager(account_of(session, manager.id))


def test_the_last_operator_cannot_leave(client: Visitor, session: Session, clock: SettableClock) -> None:
    # given
    operator = an_operator(session)
    client.sign_in(operator.id)
    role = role_of(session, operator.id, "operator", clock)

    # when
    answer = client.post(f"/people/{operator.id}/roles/{role}/ending")

    # then
    assert answer.status_code == 409
    assert policies.is_operator(account_of(session, operator.id))


def test_others_do_not_see_or_change_roles(client: Visitor, session: Session) -> None:
    # given
    person = a_resident(session, "이영희")
    paths = ("/people", f"/people/{person.id}")

    # then
    assert [client.get(path).status_code for path in paths] == [303, 303]
    for account in (a_resident(session), an_instructor(session), a_manager(session, MISA)):
        client.sign_in(account.id)
        assert [client.get(path).status_code for path in paths] == [403, 403]
        assert client.post(f"/people/{account.id}/roles", data={"kind": "operator"}).status_code == 403
        assert not policies.is_operator(account_of(session, account.id))


def test_a_person_who_is_not_there_is_not_found(client: Visitor, session: Session) -> None:
    client.sign_in(an_operator(session).id)

    assert client.get(f"/people/{UUID(int=3)}").status_code == 404
