"""The desk of a session: who came, by one press, by code, by name; and checking in alone."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from village_hub.activities import errors, policies, queries, service
from village_hub.activities.forms import CheckInForm, WalkInForm
from village_hub.activities.queries import AttendanceState, SessionFacts
from village_hub.activities.routes.blueprint import blueprint
from village_hub.activities.routes.views import absolute, contact_of, found, found_session
from village_hub.people.policies import signed_in
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/sessions/<uuid:session_id>/desk")
@policy(signed_in)
def desk(session_id: UUID) -> ResponseReturnValue:
    return _desk(session_id, WalkInForm())


@blueprint.post("/sessions/<uuid:session_id>/attendances")
@policy(signed_in)
def mark(session_id: UUID) -> ResponseReturnValue:
    held, account = _at_desk(session_id), required_account()
    person_id = request.form.get("person_id", type=UUID)
    state = request.form.get("state", "")
    if person_id is None or state not in ("", *AttendanceState):
        raise errors.NotOnTheList
    with write_session() as session:
        chosen = AttendanceState(state) if state else None
        service.mark_attendance(session, held.id, person_id, chosen, by=account.id, now=now())
        return see_other(url_for(".desk", session_id=session_id, _anchor=f"person-{person_id}"))


@blueprint.post("/sessions/<uuid:session_id>/walk-ins")
@policy(signed_in)
def walk_in(session_id: UUID) -> ResponseReturnValue:
    held, form = _at_desk(session_id), WalkInForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.add_walk_in(session, held.id, form.name.data, by=required_account().id, now=now())
            flash(_("%(name)s is on the list.", name=form.name.data), "good")
            return see_other(url_for(".desk", session_id=session_id))
    return _desk(session_id, form), 422


@blueprint.post("/sessions/<uuid:session_id>/walk-ins/<uuid:attendance_id>/end")
@policy(signed_in)
def remove_walk_in(session_id: UUID, attendance_id: UUID) -> ResponseReturnValue:
    held = _at_desk(session_id)
    with write_session() as session:
        service.remove_walk_in(session, held.id, attendance_id, by=required_account().id, now=now())
        return see_other(url_for(".desk", session_id=session_id))


@blueprint.post("/sessions/<uuid:session_id>/completion")
@policy(signed_in)
def complete(session_id: UUID) -> ResponseReturnValue:
    held = _at_desk(session_id)
    with write_session() as session:
        service.complete_session(session, held.id, by=required_account().id, now=now())
        flash(_("The session is finished. Thank you!"), "good")
        return see_other(url_for(".desk", session_id=session_id))


@blueprint.get("/check-in")
@policy(signed_in)
def check_in_form() -> ResponseReturnValue:
    return render_template("activities/check_in.html", form=CheckInForm(), held=None)


@blueprint.get("/check-in/<code>")
@policy(signed_in)
def check_in_page(code: str) -> ResponseReturnValue:
    form = CheckInForm()
    form.code.data = code
    return render_template("activities/check_in.html", form=form, held=queries.session_by_code(read_session(), code))


@blueprint.post("/check-in")
@policy(signed_in)
def check_in() -> ResponseReturnValue:
    form = CheckInForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            held_id = service.check_in(session, form.code.data, required_account().id, now=now())
            held = found_session(session, held_id)
            flash(_("You are checked in. Welcome!"), "good")
            return see_other(url_for(".activity", activity_id=held.activity_id))
    return render_template("activities/check_in.html", form=form, held=None), 422


def _desk(session_id: UUID, form: WalkInForm) -> str:
    session, account = read_session(), required_account()
    held = found_session(session, session_id)
    listen(session, f"person:{account.id}", *policies.audiences(account, held))
    policies.require_attendance(session, account, held)
    attendees = queries.attendees(session, session_id)
    address = absolute(url_for(".check_in_page", code=held.code)) if held.code else None
    return render_template(
        "activities/desk.html",
        held=held,
        activity=found(session, held.activity_id),
        attendees=attendees,
        came=sum(each.state == AttendanceState.PRESENT for each in attendees),
        code_svg=_qr(address) if address else None,
        is_open=now() >= held.starts_at - queries.rules().check_in_before,
        has_begun=now() >= held.starts_at,
        form=form,
        contact=contact_of(session, held.village_id),
    )


def _at_desk(session_id: UUID) -> SessionFacts:
    session = read_session()
    held = found_session(session, session_id)
    policies.require_attendance(session, required_account(), held)
    return held


def _qr(address: str) -> Markup:
    """Safe: the drawing holds nothing but numbers."""
    return Markup(segno.make(address, error="m").svg_inline(scale=6, border=2, omitsize=True))
