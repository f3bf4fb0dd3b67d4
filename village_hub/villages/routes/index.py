"""The list of villages on a small map, and founding one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from village_hub.places import queries as places
from village_hub.villages import policies, queries, service
from village_hub.villages.forms import VillageForm
from village_hub.villages.queries import VillageFacts
from village_hub.villages.routes.blueprint import blueprint
from village_hub.villages.routes.views import village_path
from village_hub.web.accounts import current_account, required_account
from village_hub.web.formats import local
from village_hub.web.i18n import _, language
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session

#: Size of the map of villages, in the SVG's own units, with room around the outermost dots.
MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN, DOT_STEP = 600.0, 400.0, 50.0, 22


@blueprint.get("/villages")
@policy(public)
def index() -> ResponseReturnValue:
    session, account = read_session(), current_account()
    villages = queries.villages(session)
    mine = {each.id for each in queries.villages_of(session, account.id)} if account else set()
    counts = queries.member_counts(session)
    districts = {each.id: each for each in places.districts(session)}
    return render_template(
        "villages/index.html",
        villages=sorted(villages, key=lambda each: (each.id not in mine, each.name)),
        mine=mine,
        counts=counts,
        districts=districts,
        areas=_areas(villages, districts, counts),
        view=f"0 0 {MAP_WIDTH:.0f} {MAP_HEIGHT:.0f}",
        may_found=policies.may_appoint(account),
    )


@blueprint.get("/villages/new")
@policy(policies.may_appoint)
def new() -> ResponseReturnValue:
    form = _village_form(read_session())
    return render_template("villages/new.html", form=form)


@blueprint.post("/villages")
@policy(policies.may_appoint)
def found() -> ResponseReturnValue:
    reading, account = read_session(), required_account()
    form = _village_form(reading)
    districts = {str(each.id): each for each in places.districts(reading)}
    if form.validate_on_submit():
        district = districts[form.district_id.data]
        with form.refusals(), write_session() as session:
            village_id = service.found(
                session,
                municipality_id=district.municipality_id,
                district_id=district.id,
                name=form.name.data,
                name_en=form.name_en.data,
                greeting=form.greeting.data,
                phone=form.phone.data,
                founded_on=local(now()).date(),
                by=account.id,
                now=now(),
            )
            return see_other(village_path(village_id))
    return render_template("villages/new.html", form=form), form.status


def _village_form(session: Session) -> VillageForm:
    form = VillageForm()
    form.district_id.choices = [(str(each.id), each.name) for each in places.districts(session)]
    return form


def _areas(
    villages: list[VillageFacts], districts: dict[UUID, places.District], counts: dict[UUID, int]
) -> list[dict[str, Any]]:
    """Villages as dots where their districts lie; a name that would cover another stands in the list only."""
    shown = [each for each in villages if each.district_id in districts]
    lons = [districts[each.district_id].lon for each in shown]
    lats = [districts[each.district_id].lat for each in shown]
    most = max(counts.values(), default=1)
    areas: list[dict[str, Any]] = []
    for each in shown:
        district, count = districts[each.district_id], counts.get(each.id, 0)
        x = _along(district.lon, min(lons), max(lons), MAP_WIDTH)
        y = round(MAP_HEIGHT - _along(district.lat, min(lats), max(lats), MAP_HEIGHT))
        x = round(x) + DOT_STEP * sum(area["y"] == y and area["x"] >= round(x) for area in areas)
        area = {
            "name": each.called(language()),
            "href": village_path(each.id),
            "words": _("%(count)s members", count=count),
            "level": 1 + min(3, 4 * count // (most + 1)),
            "x": x,
            "y": y,
        }
        if not any(abs(x - other.get("label_x", -999)) < 110 and abs(y - other["y"]) < 26 for other in areas):
            area |= {"label_x": x, "label_y": y + 20}
        areas.append(area)
    return areas


def _along(value: float, least: float, most: float, length: float) -> float:
    if most == least:
        return length / 2
    return MAP_MARGIN + (value - least) / (most - least) * (length - 2 * MAP_MARGIN)
