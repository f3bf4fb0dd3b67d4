"""Venues: the list with filters, one venue, and the form by which staff keep them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.people.policies import is_staff_or_operator
from village_hub.places import queries, service
from village_hub.places.errors import NoSuchVenue
from village_hub.places.forms import FEATURE_WORDS, KIND_WORDS, VenueForm, shown
from village_hub.places.models import VenueKind
from village_hub.web.accounts import current_account, required_account
from village_hub.web.i18n import _
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("places", __name__, template_folder="templates")

VENUES_A_PAGE = 30
#: A later capability may show what happens at a venue, under this endpoint with `venue_id`.
HAPPENING = "activities.at_venue"


def init_app(app: Flask) -> None:
    """Let every page name access features and kinds of venues."""
    app.jinja_env.filters.update(feature_words=_feature_words, venue_kind_words=_kind_words)


@blueprint.get("/venues")
@policy(public)
def index() -> ResponseReturnValue:
    session = read_session()
    district, feature, words = (request.args.get(name, "") for name in ("district", "feature", "words"))
    found = [
        each
        for each in queries.all_venues(session)
        if district in ("", str(each.district_id))
        and (feature == "" or feature in each.features)
        and words.casefold().strip() in f"{each.label} {each.address}".casefold()
    ]
    pages = max(1, -(-len(found) // VENUES_A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "places/index.html",
        venues=found[(page - 1) * VENUES_A_PAGE : page * VENUES_A_PAGE],
        total=len(found),
        page=page,
        pages=pages,
        address=lambda number: url_for(".index", district=district, feature=feature, words=words, page=number),
        districts=queries.districts(session),
        features=FEATURE_WORDS,
        chosen={"district": district, "feature": feature, "words": words},
        may_change=is_staff_or_operator(current_account()),
    )


@blueprint.get("/venues/<uuid:venue_id>")
@policy(public)
def venue(venue_id: UUID) -> ResponseReturnValue:
    session = read_session()
    facts = queries.venue(session, venue_id)
    if facts is None:
        raise NoSuchVenue
    hours = queries.weekly_hours(session, [venue_id]).get(venue_id, ())
    districts = {each.id: each.name for each in queries.districts(session)}
    return render_template(
        "places/venue.html",
        venue=facts,
        hours=[[span[1:] for span in hours if span[0] == day] for day in range(7)] if hours else [],
        district=districts.get(facts.district_id) if facts.district_id else None,
        happening=url_for(HAPPENING, venue_id=venue_id) if HAPPENING in current_app.view_functions else None,
        may_change=is_staff_or_operator(current_account()),
    )


@blueprint.get("/venues/new")
@policy(is_staff_or_operator)
def new() -> ResponseReturnValue:
    return render_template("places/form.html", form=_form(), venue=None)


@blueprint.post("/venues")
@policy(is_staff_or_operator)
def add() -> ResponseReturnValue:
    form = _form()
    city = _city_of(form)
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            venue_id = service.add_venue(session, form.details(city), by=required_account().id, now=now())
            flash(_("Added."), "good")
            return see_other(url_for(".venue", venue_id=venue_id))
    return render_template("places/form.html", form=form, venue=None), form.status


@blueprint.route("/venues/<uuid:venue_id>/details", methods=["GET", "POST"])
@policy(is_staff_or_operator)
def details(venue_id: UUID) -> ResponseReturnValue:
    form = _form(service.venue_details(read_session(), venue_id))
    city = _city_of(form)
    facts = queries.venue(read_session(), venue_id)
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.change_venue(session, venue_id, form.details(city), by=required_account().id, now=now())
            flash(_("Saved."), "good")
            return see_other(url_for(".venue", venue_id=venue_id))
    return render_template("places/form.html", form=form, venue=facts), form.status


def _form(details: service.VenueDetails | None = None) -> VenueForm:
    form = VenueForm(data=shown(details) if details else {"kind": VenueKind.MEETING_ROOM, "active": "yes"})
    form.district_id.choices = [(str(each.id), each.name) for each in queries.districts(read_session())]
    return form


def _city_of(form: VenueForm) -> UUID | None:
    cities = {str(each.id): each.municipality_id for each in queries.districts(read_session())}
    return cities.get(form.district_id.data)


def _feature_words(feature: str) -> str:
    return str(FEATURE_WORDS.get(feature, feature))


def _kind_words(kind: str) -> str:
    return str(KIND_WORDS.get(kind, kind))
