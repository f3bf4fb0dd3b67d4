"""Signing in by e-mail, phone or card number, and signing out."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.people import queries, service
from village_hub.people.errors import TooManyAttempts, WrongSignIn
from village_hub.people.forms import KIND_WORDS, SignInForm
from village_hub.people.routes import provider
from village_hub.people.routes.blueprint import blueprint
from village_hub.people.routes.device import arrive, leave, start_afresh, unkeyed_session
from village_hub.web.accounts import current_account
from village_hub.web.hub import hub
from village_hub.web.i18n import own_path
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/sign-in")
@policy(public)
def sign_in() -> ResponseReturnValue:
    target = own_path(request.args.get("next"))
    if current_account() is not None:
        return redirect(target, 303)
    return _page(SignInForm(formdata=None, next=target))


@blueprint.post("/sign-in")
@policy(public)
def start_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form), 422
    login, address = form.login.data, request.remote_addr or ""
    try:
        with unkeyed_session() as session:
            service.note_attempt(session, login, address, now=now())
        person_id = service.recognise(read_session(), login, form.password.data)
    except (WrongSignIn, TooManyAttempts) as refused:
        form.show(refused)
        return _page(form), refused.status
    with unkeyed_session() as session:
        service.forget_attempts(session, login, address)
        token = arrive(session, person_id)
    return start_afresh(see_other(own_path(form.next.data)), token)


@blueprint.post("/sign-out")
@policy(public)
def sign_out() -> ResponseReturnValue:
    with write_session() as session:
        leave(session)
        answer = see_other(url_for("people.sign_in"))
    return start_afresh(answer)


@blueprint.post("/sign-in/demo")
@policy(public)
def start_demo_sign_in() -> ResponseReturnValue:
    """In development only: be one of the demo city's people by one press."""
    if not hub().settings.is_development:
        abort(404)
    wanted = request.form.get("person_id", type=UUID)
    if wanted not in {person.id for person in queries.demo_people(read_session())}:
        abort(404)
    with unkeyed_session() as session:
        token = arrive(session, wanted)
    return start_afresh(see_other(own_path(request.form.get("next"))), token)


def _page(form: SignInForm) -> str:
    return render_template(
        "people/sign_in.html",
        form=form,
        provider_name=provider.name(),
        demo_people=queries.demo_people(read_session()) if hub().settings.is_development else [],
        kind_words=KIND_WORDS,
    )
