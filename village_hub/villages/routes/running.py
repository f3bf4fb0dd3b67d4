"""Belonging to a village, and its settings."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from village_hub.people.policies import signed_in
from village_hub.villages import policies, service
from village_hub.villages.forms import APPROVES, AUTOMATICALLY, SettingsForm
from village_hub.villages.routes.blueprint import blueprint
from village_hub.villages.routes.views import found, page, village_path
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _
from village_hub.web.policy import policy
from village_hub.web.transactions import now, see_other, write_session


@blueprint.post("/villages/<uuid:village_id>/membership")
@policy(signed_in)
def join(village_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.join(session, village_id, required_account().id, now=now())
        flash(_("You belong to the village now."), "good")
        return see_other(village_path(village_id))


@blueprint.post("/villages/<uuid:village_id>/membership/end")
@policy(signed_in)
def leave(village_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.leave(session, village_id, required_account().id, now=now())
        flash(_("You have left the village."), "good")
        return see_other(village_path(village_id))


@blueprint.route("/villages/<uuid:village_id>/settings", methods=["GET", "POST"])
@policy(signed_in)
def settings(village_id: UUID) -> ResponseReturnValue:
    village, account = found(village_id), required_account()
    policies.require_running(account, village_id)
    asking = AUTOMATICALLY if village.asks_automatically else APPROVES
    form = SettingsForm(greeting=village.greeting, phone=village.phone, asking=asking)
    if form.validate_on_submit():
        automatically = form.asking.data == AUTOMATICALLY
        greeting, phone = form.greeting.data, form.phone.data
        with form.refusals(), write_session() as session:
            service.change_settings(session, village_id, greeting=greeting, phone=phone, by=account.id, now=now())
            service.choose_asking(session, village_id, automatically, by=account.id, now=now())
            flash(_("Saved."), "good")
            return see_other(url_for(".settings", village_id=village_id))
    may_appoint = policies.may_appoint(account)
    shown = page("villages/settings.html", village, form=form, automatically=AUTOMATICALLY, may_appoint=may_appoint)
    return shown, form.status
