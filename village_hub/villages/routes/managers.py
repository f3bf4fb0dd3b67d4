"""Learning managers and their terms, as the city's staff appoints them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.people import queries as people
from village_hub.villages import policies, queries, service
from village_hub.villages.forms import ManagerForm
from village_hub.villages.queries import VillageFacts
from village_hub.villages.routes.blueprint import blueprint
from village_hub.villages.routes.views import found, page
from village_hub.web.accounts import required_account
from village_hub.web.formats import to_utc
from village_hub.web.i18n import _
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/villages/<uuid:village_id>/managers")
@policy(policies.may_appoint)
def managers(village_id: UUID) -> ResponseReturnValue:
    return _managers_page(found(village_id), ManagerForm())


@blueprint.post("/villages/<uuid:village_id>/managers")
@policy(policies.may_appoint)
def appoint(village_id: UUID) -> ResponseReturnValue:
    village, account, form = found(village_id), required_account(), ManagerForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            until = _end_of(form.until.data)
            service.appoint_manager(session, village_id, form.person_id.data, until=until, by=account.id, now=now())
            flash(_("Appointed."), "good")
            return see_other(url_for(".managers", village_id=village_id))
    return _managers_page(village, form), form.status


@blueprint.post("/villages/<uuid:village_id>/managers/<uuid:person_id>/end")
@policy(policies.may_appoint)
def end_manager(village_id: UUID, person_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.end_manager(session, village_id, person_id, by=required_account().id, now=now())
        flash(_("The term has ended."), "good")
        return see_other(url_for(".managers", village_id=village_id))


def _managers_page(village: VillageFacts, form: ManagerForm) -> str:
    session = read_session()
    listen(session, f"board:{village.id}")
    wanted = request.values.get("name", "").strip()
    people_found = people.search(session, wanted, now()) if wanted else []
    form.person_id.choices = [(str(each.id), each.name) for each in people_found]
    terms = queries.manager_terms(session, village.id, now())
    return page("villages/managers.html", village, form=form, terms=terms, wanted=wanted, found=people_found)


def _end_of(day: Any) -> datetime | None:
    return to_utc(datetime.combine(day + timedelta(days=1), time())) if day else None
