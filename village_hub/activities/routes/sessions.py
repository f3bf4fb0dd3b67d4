"""Adding a date to an activity, moving one, calling one off."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from village_hub.activities import policies, service
from village_hub.activities.forms import SessionForm
from village_hub.activities.queries import ActivityFacts, SessionFacts
from village_hub.activities.routes.blueprint import blueprint
from village_hub.activities.routes.views import found, found_session
from village_hub.people.policies import signed_in
from village_hub.web.accounts import required_account
from village_hub.web.formats import local
from village_hub.web.i18n import _
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/activities/<uuid:activity_id>/sessions/new")
@policy(signed_in)
def new_session(activity_id: UUID) -> ResponseReturnValue:
    return _page(_activity(activity_id), None, SessionForm())


@blueprint.post("/activities/<uuid:activity_id>/sessions")
@policy(signed_in)
def add_session(activity_id: UUID) -> ResponseReturnValue:
    activity, form = _activity(activity_id), SessionForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.add_sessions(session, activity_id, [form.span()], by=required_account().id, now=now())
            flash(_("There is one more date."), "good")
            return see_other(url_for(".edit", activity_id=activity_id, _anchor="sessions"))
    return _page(activity, None, form), 422


@blueprint.get("/sessions/<uuid:session_id>/time")
@policy(signed_in)
def session_time(session_id: UUID) -> ResponseReturnValue:
    held = _session(session_id)
    starts, ends = local(held.starts_at), local(held.ends_at)
    form = SessionForm(data={"date": starts.date(), "starts": starts.time(), "ends": ends.time()})
    return _page(_activity(held.activity_id), held, form)


@blueprint.post("/sessions/<uuid:session_id>/time")
@policy(signed_in)
def move_session(session_id: UUID) -> ResponseReturnValue:
    held, form = _session(session_id), SessionForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.move_session(session, session_id, form.span(), by=required_account().id, now=now())
            flash(_("The date is changed. Everybody who signed up is told."), "good")
            return see_other(url_for(".edit", activity_id=held.activity_id, _anchor="sessions"))
    return _page(_activity(held.activity_id), held, form), 422


@blueprint.post("/sessions/<uuid:session_id>/cancellation")
@policy(signed_in)
def cancel_session(session_id: UUID) -> ResponseReturnValue:
    held = _session(session_id)
    with write_session() as session:
        service.cancel_session(session, session_id, by=required_account().id, now=now())
        flash(_("This date is called off. Everybody who signed up is told."), "good")
        return see_other(url_for(".edit", activity_id=held.activity_id, _anchor="sessions"))


def _activity(activity_id: UUID) -> ActivityFacts:
    session = read_session()
    activity = found(session, activity_id, now())
    policies.require_running(session, required_account(), activity)
    return activity


def _session(session_id: UUID) -> SessionFacts:
    session = read_session()
    held = found_session(session, session_id)
    policies.require_running(session, required_account(), held)
    return held


def _page(activity: ActivityFacts, held: SessionFacts | None, form: SessionForm) -> str:
    return render_template("activities/session.html", activity=activity, held=held, form=form)
