"""Who belongs to a village, and cards for those without e-mail and phone; for those who run it."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue

from village_hub.kernel.passwords import hash_password
from village_hub.kernel.seals import seals
from village_hub.people import service as people
from village_hub.people.policies import signed_in
from village_hub.villages import policies, queries, service
from village_hub.villages.forms import CardForm
from village_hub.villages.queries import VillageFacts
from village_hub.villages.routes.blueprint import blueprint
from village_hub.villages.routes.views import found, page
from village_hub.web.accounts import required_account
from village_hub.web.hub import hub
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

#: What a fresh card is called in the cookie of whoever made it.
CARD = "card"


@blueprint.get("/villages/<uuid:village_id>/members")
@policy(signed_in)
def members(village_id: UUID) -> ResponseReturnValue:
    village = found(village_id)
    policies.require_running(required_account(), village_id)
    return _members_page(village, CardForm(formdata=None))


@blueprint.post("/villages/<uuid:village_id>/cards")
@policy(signed_in)
def make_card(village_id: UUID) -> ResponseReturnValue:
    village, account, form = found(village_id), required_account(), CardForm()
    policies.require_running(account, village_id)
    if not form.validate_on_submit():
        return _members_page(village, form), 422
    number, secret = people.draw_card(hub().database.ids)
    password = hash_password(secret)
    with write_session() as session:
        service.welcome(
            session,
            village_id,
            name=form.name.data,
            card_number=number,
            password=password,
            by=account.id,
            now=now(),
        )
        # Kept nowhere but sealed in this manager's own cookie, until it was shown.
        browser[CARD] = seals().seal("\n".join((number, secret, form.name.data)), CARD)
        return see_other(url_for(".card", village_id=village_id))


@blueprint.get("/villages/<uuid:village_id>/card")
@policy(signed_in)
def card(village_id: UUID) -> ResponseReturnValue:
    village = found(village_id)
    policies.require_running(required_account(), village_id)
    shown = browser.pop(CARD, None)
    written = seals().unseal(shown, CARD).split("\n", 2) if shown else None
    return page("villages/card.html", village, written=written)


def _members_page(village: VillageFacts, form: CardForm) -> str:
    session = read_session()
    listen(session, f"board:{village.id}")
    wanted = request.args.get("name", "").strip()
    found = queries.named_members(session, village.id, wanted)
    count = queries.member_counts(session).get(village.id, 0)
    return page("villages/members.html", village, form=form, wanted=wanted, found=found, count=count)
