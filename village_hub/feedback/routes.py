"""Saying how a session was, and reading what all said together."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from village_hub.activities import policies as activity_policies
from village_hub.activities import queries as activities
from village_hub.activities.errors import NoSuchSession
from village_hub.activities.queries import SessionFacts
from village_hub.feedback import policies, queries, service
from village_hub.feedback.errors import NotThere
from village_hub.feedback.forms import FeedbackForm
from village_hub.people.policies import signed_in
from village_hub.villages import queries as villages
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("feedback", __name__, template_folder="templates")


@blueprint.get("/sessions/<uuid:session_id>/feedback")
@policy(signed_in)
def details(session_id: UUID) -> ResponseReturnValue:
    held, account = _session(session_id), required_account()
    listen(read_session(), f"person:{account.id}", *activity_policies.audiences(account, held))
    mine = queries.answer(read_session(), session_id, account.id)
    return _page(held, FeedbackForm(formdata=None, obj=mine))


@blueprint.post("/sessions/<uuid:session_id>/feedback")
@policy(signed_in)
def give(session_id: UUID) -> ResponseReturnValue:
    held, form = _session(session_id), FeedbackForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.give(
                session,
                session_id,
                stars=form.stars.data,
                words=form.words.data or "",
                by=required_account().id,
                now=now(),
            )
            flash(_("Thank you for telling us."), "good")
            return see_other(url_for(".details", session_id=session_id))
    return _page(held, form), 422


def _session(session_id: UUID) -> SessionFacts:
    held = activities.session_facts(read_session(), session_id)
    if held is None:
        raise NoSuchSession
    return held


def _page(held: SessionFacts, form: FeedbackForm) -> str:
    session, account = read_session(), required_account()
    was_there = activities.was_present(session, held.id, account.id)
    may_read = policies.may_read(session, account, held)
    if not was_there and not may_read:
        raise NotThere
    village = villages.village(session, held.village_id) if held.village_id else None
    return render_template(
        "feedback/details.html",
        held=held,
        form=form if was_there else None,
        is_finished=held.state == activities.SessionState.COMPLETED,
        mine=queries.answer(session, held.id, account.id),
        summary=queries.summary(session, held.id) if may_read else None,
        rules=queries.rules(),
        contact={"name": village.called(language()), "phone": village.phone} if village else None,
        refresh_except=["seats"],
    )
