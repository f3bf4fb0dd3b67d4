"""The clubs of a village, belonging to one, and changing one; the club's own page is composed elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from village_hub.clubs import policies, queries, service
from village_hub.clubs.errors import NoSuchClub
from village_hub.clubs.forms import ClubForm, FoundingForm, LeadForm, people_choices
from village_hub.clubs.queries import ClubFacts
from village_hub.people import queries as people
from village_hub.people.policies import signed_in
from village_hub.topics import queries as topics
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.villages.queries import VillageFacts
from village_hub.web.accounts import current_account, required_account
from village_hub.web.formats import local
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("clubs", __name__, template_folder="templates")


def club_path(club_id: UUID) -> str:
    """The address of a club's own page."""
    return f"/clubs/{club_id}"


def init_app(app: Flask) -> None:
    """Let pages lead to a club."""
    app.jinja_env.globals["club_path"] = club_path


@blueprint.get("/villages/<uuid:village_id>/clubs")
@policy(public)
def index(village_id: UUID) -> ResponseReturnValue:
    village, session, account = _village(village_id), read_session(), current_account()
    listen(session, f"village:{village_id}")
    clubs = queries.clubs_of_village(session, village_id)
    mine = {each.id for each in queries.clubs_of(session, account.id)} if account else set()
    may_found = policies.may_found(account, village_id)
    streams = [f"village:{village_id}"]
    return _page("clubs/index.html", village, clubs=clubs, mine=mine, may_found=may_found, refresh_streams=streams)


@blueprint.get("/villages/<uuid:village_id>/clubs/new")
@policy(signed_in)
def new(village_id: UUID) -> ResponseReturnValue:
    village = _village(village_id)
    policies.require_founding(current_account(), village_id)
    return _page("clubs/new.html", village, form=_founding_form(village_id))


@blueprint.post("/villages/<uuid:village_id>/clubs")
@policy(signed_in)
def found(village_id: UUID) -> ResponseReturnValue:
    village, account = _village(village_id), required_account()
    policies.require_founding(account, village_id)
    form = _founding_form(village_id)
    if form.validate_on_submit():
        lead_id, today = UUID(form.lead_id.data), local(now()).date()
        with form.refusals(), write_session() as session:
            club_id = service.found(
                session, village_id, form.details(), lead_id=lead_id, founded_on=today, by=account.id, now=now()
            )
            return see_other(club_path(club_id))
    return _page("clubs/new.html", village, form=form), form.status


@blueprint.post("/clubs/<uuid:club_id>/membership")
@policy(signed_in)
def join(club_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.join(session, club_id, required_account().id, now=now())
        flash(_("You belong to the club now."), "good")
        return see_other(club_path(club_id))


@blueprint.post("/clubs/<uuid:club_id>/membership/end")
@policy(signed_in)
def leave(club_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.leave(session, club_id, required_account().id, now=now())
        flash(_("You have left the club."), "good")
        return see_other(club_path(club_id))


@blueprint.route("/clubs/<uuid:club_id>/details", methods=["GET", "POST"])
@policy(signed_in)
def details(club_id: UUID) -> ResponseReturnValue:
    club, account = _club(club_id), required_account()
    policies.require_changing(read_session(), account, club)
    form = ClubForm(obj=club)
    _offer_topics(form)
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.change(session, club_id, form.details(), by=account.id, now=now())
            flash(_("Saved."), "good")
            return see_other(club_path(club_id))
    return _details_page(club, form, _lead_form(club_id)), form.status


@blueprint.post("/clubs/<uuid:club_id>/lead")
@policy(signed_in)
def name_lead(club_id: UUID) -> ResponseReturnValue:
    club, account = _club(club_id), required_account()
    policies.require_changing(read_session(), account, club)
    lead_form = _lead_form(club_id)
    if lead_form.validate_on_submit():
        with lead_form.refusals(), write_session() as session:
            service.name_lead(session, club_id, UUID(lead_form.person_id.data), by=account.id, now=now())
            flash(_("The club has a new lead."), "good")
            return see_other(club_path(club_id))
    form = ClubForm(formdata=None, obj=club)
    _offer_topics(form)
    return _details_page(club, form, lead_form), lead_form.status


@blueprint.post("/clubs/<uuid:club_id>/end")
@policy(signed_in)
def close(club_id: UUID) -> ResponseReturnValue:
    club, account = _club(club_id), required_account()
    policies.require_changing(read_session(), account, club)
    with write_session() as session:
        service.close(session, club_id, on=local(now()).date(), by=account.id, now=now())
        flash(_("The club has ended. Thank you for the time together."), "good")
        return see_other(url_for(".index", village_id=club.village_id))


def _village(village_id: UUID) -> VillageFacts:
    village = villages.village(read_session(), village_id)
    if village is None:
        raise NoSuchVillage
    return village


def _club(club_id: UUID) -> ClubFacts:
    club = queries.club(read_session(), club_id)
    if club is None:
        raise NoSuchClub
    return club


def _founding_form(village_id: UUID) -> FoundingForm:
    session, form = read_session(), FoundingForm()
    members = people.names(session, villages.members(session, village_id))
    account = required_account()
    form.lead_id.choices = people_choices(members | {account.id: account.name})
    _offer_topics(form)
    return form


def _lead_form(club_id: UUID) -> LeadForm:
    form = LeadForm()
    members = queries.members(read_session(), club_id)
    form.person_id.choices = people_choices({each.person_id: each.name for each in members if not each.is_lead})
    return form


def _offer_topics(form: ClubForm) -> None:
    known = topics.topics(read_session(), language())
    form.topic_id.choices = [("", _("No topic in particular")), *((str(each.id), each.name) for each in known)]


def _details_page(club: ClubFacts, form: ClubForm, lead_form: LeadForm) -> str:
    return _page("clubs/details.html", _village(club.village_id), club=club, form=form, lead_form=lead_form)


def _page(template: str, village: VillageFacts, **more: Any) -> str:
    """A page of a village carries its phone number."""
    contact = {"name": village.called(language()), "phone": village.phone}
    return render_template(template, village=village, contact=contact, **more)
