"""The list of villages, belonging to one, and its settings; the village's own page is composed elsewhere."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from village_hub.people import queries as people
from village_hub.people.policies import signed_in
from village_hub.places import queries as places
from village_hub.villages import policies, queries, service
from village_hub.villages.errors import NoSuchVillage
from village_hub.villages.forms import APPROVES, AUTOMATICALLY, ManagerForm, SettingsForm, VillageForm
from village_hub.villages.queries import VillageFacts
from village_hub.web.accounts import current_account, required_account
from village_hub.web.formats import local, to_utc
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("villages", __name__, template_folder="templates")

#: Size of the map of villages, in the SVG's own units, with room around the outermost dots.
MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN, DOT_STEP = 600.0, 400.0, 50.0, 22


def village_path(village_id: UUID) -> str:
    """The address of a village's own page."""
    return f"{url_for('villages.index')}/{village_id}"


def init_app(app: Flask) -> None:
    """Let pages lead to a village, and the page of roles name the villages that a manager can have."""
    app.jinja_env.globals["village_path"] = village_path
    people.name_scopes("learning_manager", lambda session: {each.id: each.name for each in queries.villages(session)})


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
    village, account = _village(village_id), required_account()
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
    page = _page("villages/settings.html", village, form=form, automatically=AUTOMATICALLY, may_appoint=may_appoint)
    return page, form.status


@blueprint.get("/villages/<uuid:village_id>/managers")
@policy(policies.may_appoint)
def managers(village_id: UUID) -> ResponseReturnValue:
    return _managers_page(_village(village_id), ManagerForm())


@blueprint.post("/villages/<uuid:village_id>/managers")
@policy(policies.may_appoint)
def appoint(village_id: UUID) -> ResponseReturnValue:
    village, account, form = _village(village_id), required_account(), ManagerForm()
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


def _village(village_id: UUID) -> VillageFacts:
    village = queries.village(read_session(), village_id)
    if village is None:
        raise NoSuchVillage
    return village


def _village_form(session: Session) -> VillageForm:
    form = VillageForm()
    form.district_id.choices = [(str(each.id), each.name) for each in places.districts(session)]
    return form


def _managers_page(village: VillageFacts, form: ManagerForm) -> str:
    session = read_session()
    listen(session, f"board:{village.id}")
    wanted = request.values.get("name", "").strip()
    found = people.search(session, wanted, now()) if wanted else []
    form.person_id.choices = [(str(each.id), each.name) for each in found]
    terms = queries.manager_terms(session, village.id, now())
    return _page("villages/managers.html", village, form=form, terms=terms, wanted=wanted, found=found)


def _page(template: str, village: VillageFacts, **more: Any) -> str:
    """A page of a village carries its phone number."""
    contact = {"name": village.called(language()), "phone": village.phone}
    return render_template(template, village=village, contact=contact, **more)


def _end_of(day: Any) -> datetime | None:
    return to_utc(datetime.combine(day + timedelta(days=1), time())) if day else None


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
