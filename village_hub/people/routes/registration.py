"""Joining as a resident: three short fields."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import Conflict, Invalid
from village_hub.kernel.passwords import hash_password
from village_hub.people import service
from village_hub.people.errors import TooManyAttempts
from village_hub.people.forms import RegistrationForm
from village_hub.people.routes import provider
from village_hub.people.routes.blueprint import blueprint
from village_hub.people.routes.device import arrive, start_afresh, unkeyed_session
from village_hub.web.accounts import current_account
from village_hub.web.i18n import language, own_path
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, see_other, write_session


@blueprint.get("/registration")
@policy(public)
def registration() -> ResponseReturnValue:
    target = own_path(request.args.get("next"))
    if current_account() is not None:
        return redirect(target, 303)
    return _page(RegistrationForm(formdata=None, next=target))


@blueprint.post("/registration")
@policy(public)
def register() -> ResponseReturnValue:
    form = RegistrationForm()
    if not form.validate_on_submit():
        return _page(form), 422
    contact = form.contact.data
    by_mail = {"email": contact} if "@" in contact else {"phone": contact}
    try:
        with unkeyed_session() as session:
            service.note_attempt(session, contact, request.remote_addr or "", now=now())
        password = hash_password(form.password.data)
        with write_session() as session:
            person_id = service.register(
                session, name=form.name.data, password=password, locale=language(), now=now(), **by_mail
            )
            token = arrive(session, person_id)
            answer = see_other(own_path(form.next.data))
    except (Invalid, Conflict, TooManyAttempts) as refused:
        form.show(refused)
        return _page(form), refused.status
    return start_afresh(answer, token)


def _page(form: RegistrationForm) -> str:
    return render_template("people/registration.html", form=form, provider_name=provider.name())
