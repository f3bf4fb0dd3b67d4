"""Who holds which role: the operator grants and ends all of them, city staff those of villages."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from village_hub.kernel.errors import NotAllowed, NotFound
from village_hub.people import queries, service
from village_hub.people.errors import LastOperator, RoleNeedsScope
from village_hub.people.forms import KIND_WORDS, RoleForm
from village_hub.people.models import RoleKind
from village_hub.people.policies import is_staff_or_operator, may_grant
from village_hub.people.routes.blueprint import blueprint
from village_hub.web.accounts import required_account
from village_hub.web.formats import to_utc
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/people")
@policy(is_staff_or_operator)
def people() -> ResponseReturnValue:
    wanted = request.args.get("name", "")
    found = queries.search(read_session(), wanted, now())
    return render_template("people/people.html", wanted=wanted, found=found, kind_words=KIND_WORDS)


@blueprint.get("/people/<uuid:person_id>")
@policy(is_staff_or_operator)
def person(person_id: UUID) -> ResponseReturnValue:
    return _page(person_id, _form(read_session()))


@blueprint.post("/people/<uuid:person_id>/roles")
@policy(is_staff_or_operator)
def grant_role(person_id: UUID) -> ResponseReturnValue:
    form = _form(read_session())
    if not form.validate_on_submit():
        return _page(person_id, form), 422
    account, kind = required_account(), form.kind.data
    if not may_grant(account, kind):
        raise NotAllowed
    scope_id = UUID(form.scope.data) if form.scope.data and kind == RoleKind.LEARNING_MANAGER else None
    try:
        with write_session() as session:
            service.grant_role(
                session, person_id, kind, scope_id=scope_id, now=now(), until=_end_of(form), by=account.id
            )
            return see_other(url_for("people.person", person_id=person_id))
    except (RoleNeedsScope, LastOperator) as refused:
        form.show(refused)
        return _page(person_id, form), refused.status


@blueprint.post("/people/<uuid:person_id>/roles/<uuid:role_id>/ending")
@policy(is_staff_or_operator)
def end_role(person_id: UUID, role_id: UUID) -> ResponseReturnValue:
    account = required_account()
    held = {term.id: term.kind for term in queries.terms(read_session(), person_id, now())}
    if role_id not in held:
        raise NotFound
    if not may_grant(account, held[role_id]):
        raise NotAllowed
    form = _form(read_session())
    try:
        with write_session() as session:
            service.end_role(session, role_id, now=now(), by=account.id)
            return see_other(url_for("people.person", person_id=person_id))
    except (RoleNeedsScope, LastOperator) as refused:
        form.show(refused)
        return _page(person_id, form), refused.status


def _form(session: Session) -> RoleForm:
    account = required_account()
    villages = {str(id): name for id, name in queries.scopes(session, RoleKind.LEARNING_MANAGER).items()}
    kinds = [kind for kind in RoleKind if may_grant(account, kind) and kind is not RoleKind.RESIDENT]
    form = RoleForm()
    form.offer([kind for kind in kinds if villages or kind is not RoleKind.LEARNING_MANAGER], villages)
    return form


def _end_of(form: RoleForm) -> datetime | None:
    """The moment after the last day on the city's clock."""
    return to_utc(datetime.combine(form.last_day + timedelta(days=1), time())) if form.last_day else None


def _page(person_id: UUID, form: RoleForm) -> str:
    session, account = read_session(), required_account()
    called = queries.names(session, [person_id]).get(person_id)
    if called is None:
        raise NotFound
    terms = queries.terms(session, person_id, now())
    return render_template(
        "people/person.html",
        form=form,
        person_id=person_id,
        called=called,
        terms=terms,
        may_end={term.id for term in terms if may_grant(account, term.kind) and term.kind != RoleKind.RESIDENT},
        kind_words=KIND_WORDS,
        villages=queries.scopes(session, RoleKind.LEARNING_MANAGER),
    )
