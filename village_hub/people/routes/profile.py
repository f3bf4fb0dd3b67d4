"""The own profile: name, language, and the devices one is signed in on."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.people import queries, service
from village_hub.people.errors import NameMissing
from village_hub.people.forms import KIND_WORDS, ProfileForm
from village_hub.people.policies import signed_in
from village_hub.people.routes import provider
from village_hub.people.routes.blueprint import blueprint
from village_hub.people.routes.device import start_afresh
from village_hub.web.accounts import required_account
from village_hub.web.i18n import A_YEAR, COOKIE, _
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/profile")
@policy(signed_in)
def profile() -> ResponseReturnValue:
    account = required_account()
    return _page(ProfileForm(formdata=None, name=account.name, locale=account.locale))


@blueprint.post("/profile")
@policy(signed_in)
def change_profile() -> ResponseReturnValue:
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with write_session() as session:
            service.rename(session, required_account().id, name=form.name.data, locale=form.locale.data)
            answer = see_other(url_for("people.profile"))
    except NameMissing as refused:
        form.show(refused)
        return _page(form), refused.status
    # The language chosen on this device goes before the account's, so it has to follow.
    answer.set_cookie(COOKIE, form.locale.data, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    flash(_("Saved."), "good")
    return answer


@blueprint.post("/profile/devices/<uuid:sign_in_id>/revocation")
@policy(signed_in)
def revoke_device(sign_in_id: UUID) -> ResponseReturnValue:
    account = required_account()
    with write_session() as session:
        service.revoke(session, sign_in_id, now=now(), by=account.id)
        answer = see_other(url_for("people.profile"))
    return start_afresh(answer) if sign_in_id == account.sign_in_id else answer


@blueprint.post("/profile/devices/others/revocation")
@policy(signed_in)
def revoke_other_devices() -> ResponseReturnValue:
    account = required_account()
    with write_session() as session:
        service.revoke_others(session, account.id, keep=account.sign_in_id, now=now())
        return see_other(url_for("people.profile"))


def _page(form: ProfileForm) -> str:
    account = required_account()
    session = read_session()
    return render_template(
        "people/profile.html",
        form=form,
        roles=[KIND_WORDS[kind] for kind in dict.fromkeys(role.kind for role in account.roles)],
        devices=sorted(queries.devices(session, account.id, now()), key=lambda each: each.id != account.sign_in_id),
        here=account.sign_in_id,
        provider_name=provider.name(),
        is_linked=queries.is_linked(session, account.id),
        intent=provider.intent_to_link(),
    )
