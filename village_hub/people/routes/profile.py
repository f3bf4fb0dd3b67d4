"""The own profile: name, language, and the devices one is signed in on."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.passwords import hash_password
from village_hub.people import queries, service
from village_hub.people.errors import NameMissing, TooManyAttempts, WrongPassword
from village_hub.people.forms import KIND_WORDS, PasswordForm, ProfileForm
from village_hub.people.policies import signed_in
from village_hub.people.routes import provider
from village_hub.people.routes.blueprint import blueprint
from village_hub.people.routes.device import start_afresh, unkeyed_session
from village_hub.web.accounts import required_account
from village_hub.web.i18n import A_YEAR, COOKIE, _
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/profile")
@policy(signed_in)
def profile() -> ResponseReturnValue:
    return _page(_profile_form())


@blueprint.post("/profile")
@policy(signed_in)
def change_profile() -> ResponseReturnValue:
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with write_session() as session:
            service.rename(session, required_account().id, name=form.name.data, locale=form.locale.data, now=now())
            answer = see_other(url_for("people.profile"))
    except NameMissing as refused:
        form.show(refused)
        return _page(form), refused.status
    # The language chosen on this device goes before the account's, so it has to follow.
    answer.set_cookie(COOKIE, form.locale.data, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    flash(_("Saved."), "good")
    return answer


@blueprint.post("/profile/password")
@policy(signed_in)
def change_password() -> ResponseReturnValue:
    account, form = required_account(), PasswordForm()
    if not form.validate_on_submit():
        return _page(_profile_form(), form), 422
    login, address = str(account.id), request.remote_addr or ""
    try:
        with unkeyed_session() as session:
            service.note_attempt(session, login, address, now=now())
        service.check_password(read_session(), account.id, form.current.data)
    except (WrongPassword, TooManyAttempts) as refused:
        form.show(refused)
        return _page(_profile_form(), form), refused.status
    password = hash_password(form.password.data)
    with write_session() as session:
        service.forget_attempts(session, login, address)
        service.change_password(session, account.id, password, keep=account.sign_in_id, now=now())
        flash(_("Your password is changed. Other devices are signed out."), "good")
        return see_other(url_for("people.profile"))


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


def _profile_form() -> ProfileForm:
    account = required_account()
    return ProfileForm(formdata=None, name=account.name, locale=account.locale)


def _page(form: ProfileForm, password_form: PasswordForm | None = None) -> str:
    account = required_account()
    session = read_session()
    return render_template(
        "people/profile.html",
        form=form,
        password_form=password_form or PasswordForm(formdata=None),
        has_password=queries.has_password(session, account.id),
        roles=[KIND_WORDS[kind] for kind in dict.fromkeys(role.kind for role in account.roles)],
        devices=sorted(queries.devices(session, account.id, now()), key=lambda each: each.id != account.sign_in_id),
        here=account.sign_in_id,
        provider_name=provider.name(),
        is_linked=queries.is_linked(session, account.id),
        intent=provider.intent_to_link(),
    )
