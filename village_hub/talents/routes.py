"""My offer: what, when, how far, how often; rest and return."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from village_hub.people.policies import signed_in
from village_hub.places import queries as places
from village_hub.talents import queries, service
from village_hub.talents.forms import OfferForm, PauseForm, values_of
from village_hub.talents.service import Terms
from village_hub.topics import queries as topics
from village_hub.web.accounts import required_account
from village_hub.web.formats import to_utc
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("talents", __name__, template_folder="templates")


@blueprint.get("/talents")
@policy(signed_in)
def index() -> ResponseReturnValue:
    listen(read_session(), f"person:{required_account().id}")
    return _index_page(PauseForm(formdata=None))


@blueprint.get("/talents/new")
@policy(signed_in)
def new() -> ResponseReturnValue:
    known = queries.offer_of(read_session(), required_account().id)
    return _offer_page(OfferForm(formdata=None, data=values_of(known) if known else None))


@blueprint.post("/talents")
@policy(signed_in)
def offer() -> ResponseReturnValue:
    form, account = OfferForm(), required_account()
    _prepare(form)
    if form.validate_on_submit():
        lon, lat = _set_out_from(form)
        terms = Terms(lon=lon, lat=lat, **form.terms())
        with form.refusals(), write_session() as session:
            service.offer(
                session,
                account.id,
                topics=form.offered_topics(),
                weekly=form.weekly_spans(),
                terms=terms,
                description=(form.description.data or "").strip(),
                now=now(),
            )
            flash(_("Thank you! We ask you when neighbours want to learn it."), "good")
            return see_other(url_for(".index"))
    return _offer_page(form), 422


@blueprint.post("/talents/<uuid:talent_id>/withdrawal")
@policy(signed_in)
def withdraw(talent_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.withdraw_talent(session, talent_id, by=required_account().id, now=now())
        flash(_("You no longer offer this. What you have agreed to stands."), "info")
        return see_other(url_for(".index"))


@blueprint.post("/talents/pause")
@policy(signed_in)
def pause() -> ResponseReturnValue:
    form = PauseForm()
    if form.validate_on_submit():
        until = to_utc(datetime.combine(form.until.data, time())) if form.until.data else None
        with form.refusals(), write_session() as session:
            service.pause(session, required_account().id, until=until, now=now())
            flash(_("Have a good rest. Nobody asks you meanwhile."), "good")
            return see_other(url_for(".index"))
    return _index_page(form), 422


@blueprint.post("/talents/pause/end")
@policy(signed_in)
def resume() -> ResponseReturnValue:
    with write_session() as session:
        service.resume(session, required_account().id, now=now())
        flash(_("Welcome back!"), "good")
        return see_other(url_for(".index"))


def _index_page(pause_form: PauseForm) -> str:
    session, account = read_session(), required_account()
    talents = queries.talents_of(session, account.id)
    return render_template(
        "talents/index.html",
        talents=talents,
        offer=queries.offer_of(session, account.id),
        pause=queries.pause_of(session, account.id, now()),
        topics=topics.names(session, [each.topic_id for each in talents], language()),
        pause_form=pause_form,
        refresh_streams=[f"person:{account.id}"],
    )


def _prepare(form: OfferForm) -> None:
    session, account = read_session(), required_account()
    form.topics.choices = [(str(each.id), each.name) for each in topics.topics(session, language())]
    home = places.homes(session, [account.id]).get(account.id)
    form.district_id.choices = [(str(each.id), each.name) for each in places.districts(session)]
    if not form.district_id.data and home is not None:
        form.district_id.data = str(home.district_id)


def _set_out_from(form: OfferForm) -> tuple[float, float]:
    """From home where that is in the chosen district, else from the district's centre."""
    session, account = read_session(), required_account()
    home = places.homes(session, [account.id]).get(account.id)
    if home is not None and str(home.district_id) == form.district_id.data:
        return home.lon, home.lat
    chosen = next(each for each in places.districts(session) if str(each.id) == form.district_id.data)
    return chosen.lon, chosen.lat


def _offer_page(form: OfferForm) -> str:
    _prepare(form)
    session = read_session()
    areas = [
        (each.name, [(str(one.id), one.name) for one in each.topics]) for each in topics.areas(session, language())
    ]
    known = queries.talents_of(session, required_account().id)
    return render_template("talents/new.html", form=form, areas=areas, is_first=not known)
