"""Planning an activity step by step, changing it, calling it off."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from village_hub.activities import forms, policies, queries, service
from village_hub.activities.forms import ELSEWHERE, CancellationForm, DetailsForm, PlanForm
from village_hub.activities.queries import ActivityFacts
from village_hub.activities.routes.blueprint import blueprint
from village_hub.activities.routes.rooms import Room, rooms_for
from village_hub.activities.routes.views import contact_of, found
from village_hub.clubs import queries as clubs
from village_hub.kernel.errors import NotAllowed
from village_hub.people.policies import is_staff, manages, signed_in
from village_hub.people.queries import Account
from village_hub.villages import queries as villages
from village_hub.web.accounts import required_account
from village_hub.web.formats import local
from village_hub.web.i18n import _, language
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/activities/new")
@policy(signed_in)
def new() -> ResponseReturnValue:
    form = _plan_form()
    form.host.data = request.args.get("host") or form.host.choices[0][0]
    if request.args.get("date"):
        form.date.process_formdata([request.args["date"]])
    return _step(form, "what")


@blueprint.post("/activities/new")
@policy(signed_in)
def step() -> ResponseReturnValue:
    """Goes on or back; what was filled in travels along, a step is left forward only when it is complete."""
    form, order = _plan_form(), list(forms.STEPS)
    here = request.form.get("step", "what")
    at = order.index(here) if here in order else 0
    if "back" in request.form:
        return _step(form, order[max(0, at - 1)])
    if not form.is_step_valid(order[at]):
        return _step(form, order[at]), 422
    return _step(form, order[min(at + 1, len(order) - 1)])


@blueprint.post("/activities")
@policy(signed_in)
def create() -> ResponseReturnValue:
    form, account = _plan_form(), required_account()
    if form.validate_on_submit():
        village_id, club_id = _host(form.host.data)
        policies.require_planning(read_session(), account, village_id, club_id)
        details = form.details(village_id=village_id, club_id=club_id, by=account.id)
        with form.refusals(), write_session() as session:
            activity_id = service.create(session, details, form.spans(), by=account.id, now=now())
            flash(_("It is published. Everybody can see it now."), "good")
            return see_other(url_for(".activity", activity_id=activity_id))
    return _step(form, form.step_of_error()), 422


@blueprint.get("/activities/<uuid:activity_id>/edit")
@policy(signed_in)
def edit(activity_id: UUID) -> ResponseReturnValue:
    activity = _run(activity_id)
    return _edit_page(activity, _details_form(activity))


@blueprint.post("/activities/<uuid:activity_id>/edit")
@policy(signed_in)
def change(activity_id: UUID) -> ResponseReturnValue:
    activity, account = _run(activity_id), required_account()
    form = _details_form(activity)
    if form.validate_on_submit():
        kept = {"topic_id": activity.topic_id}
        details = form.details(village_id=activity.village_id, club_id=activity.club_id, by=account.id, **kept)
        if form.taught_by_me.data and activity.instructor_id:
            details = replace(details, instructor_id=activity.instructor_id)
        with form.refusals(), write_session() as session:
            service.change(session, activity_id, details, by=account.id, now=now())
            flash(_("It is changed. Everybody who signed up can see it."), "good")
            return see_other(url_for(".activity", activity_id=activity_id))
    return _edit_page(activity, form), 422


@blueprint.get("/activities/<uuid:activity_id>/cancellation")
@policy(signed_in)
def cancellation(activity_id: UUID) -> ResponseReturnValue:
    activity = _run(activity_id)
    return render_template("activities/cancellation.html", activity=activity, form=CancellationForm())


@blueprint.post("/activities/<uuid:activity_id>/cancellation")
@policy(signed_in)
def cancel(activity_id: UUID) -> ResponseReturnValue:
    activity, form = _run(activity_id), CancellationForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            by = required_account().id
            service.cancel_activity(session, activity_id, reason=form.reason.data, by=by, now=now())
            flash(_("It is cancelled. Everybody who signed up is told why."), "good")
            return see_other(url_for(".activity", activity_id=activity_id))
    return render_template("activities/cancellation.html", activity=activity, form=form), 422


def _plan_form() -> PlanForm:
    session, account = read_session(), required_account()
    form = PlanForm()
    form.host.choices = _hosts(session, account)
    if not form.host.choices:
        raise NotAllowed
    village_id, _club = _host(form.host.data) if form.host.data else (None, None)
    form.venue_id.choices = _choices(_rooms(form, village_id))
    if not form.is_submitted() and not form.phone.data:
        village_id, _club = _host(form.host.choices[0][0])
        village = villages.village(session, village_id) if village_id else None
        form.phone.data = village.phone if village else ""
    return form


def _hosts(session: Session, account: Account) -> list[tuple[str, str]]:
    """For whom this person may plan: villages, and the clubs that they lead."""
    runs = [each for each in villages.villages(session) if manages(account, each.id)]
    if is_staff(account):
        own = {each.id for each in villages.villages_of(session, account.id)}
        runs.sort(key=lambda each: each.id not in own)
    led = [each for each in clubs.clubs_of(session, account.id) if clubs.leads(session, each.id, account.id)]
    named = [(f"village:{each.id}", each.called(language())) for each in runs]
    return [*((f"club:{each.village_id}:{each.id}", each.name) for each in led), *named]


def _host(chosen: str) -> tuple[UUID | None, UUID | None]:
    """The village and the club that a choice names."""
    kind, _colon, ids = chosen.partition(":")
    first, _colon, second = ids.partition(":")
    try:
        return UUID(first), UUID(second) if kind == "club" else None
    except ValueError:
        return None, None


def _rooms(form: PlanForm, village_id: UUID | None) -> list[Room]:
    try:
        spans = form.spans()
    except (OverflowError, ValueError):
        spans = []
    return rooms_for(read_session(), village_id, spans)


def _choices(rooms: list[Room]) -> list[tuple[str, str]]:
    """Taken rooms too: the use case says what is in the way where one was taken meanwhile."""
    return [*((str(each.id), each.label) for each in rooms), (ELSEWHERE, _("Somewhere else"))]


def _step(form: PlanForm, name: str) -> str:
    order = list(forms.STEPS)
    village_id, _club = _host(form.host.data) if form.host.data else (None, None)
    spans = form.spans()
    rooms = _rooms(form, village_id) if name in ("where", "check") else []
    return render_template(
        f"activities/plan_{name}.html",
        form=form,
        step=name,
        number=order.index(name) + 1,
        steps=len(order),
        carried=[each for key, names in forms.STEPS.items() if key != name for each in names],
        spans=spans,
        rooms=rooms,
        hints={key.value: words for key, words in forms.KIND_HINTS.items()},
        contact=contact_of(read_session(), village_id),
    )


def _run(activity_id: UUID) -> ActivityFacts:
    session = read_session()
    activity = found(session, activity_id, now())
    policies.require_running(session, required_account(), activity)
    return activity


def _details_form(activity: ActivityFacts) -> DetailsForm:
    form = DetailsForm(data=_typed(activity))
    form.venue_id.choices = _choices(_rooms_of(activity))
    return form


def _rooms_of(activity: ActivityFacts) -> list[Room]:
    """The rooms for the sessions to come; its own counts as free."""
    coming = [each for each in queries.sessions_of(read_session(), activity.id) if each.state == "planned"]
    spans = [(each.starts_at, each.ends_at) for each in coming if each.starts_at > now()]
    rooms = rooms_for(read_session(), activity.village_id, spans, keep=activity.venue_id)
    return [replace(each, taken_on=None, closed_on=None) if each.id == activity.venue_id else each for each in rooms]


def _typed(activity: ActivityFacts) -> dict[str, Any]:
    """The activity as its form shows it."""
    return asdict(activity) | {
        "venue_id": str(activity.venue_id) if activity.venue_id else ELSEWHERE,
        "taught_by_me": activity.instructor_id is not None,
        "enrol_from": local(activity.enrol_from).replace(tzinfo=None) if activity.enrol_from else None,
        "enrol_until": local(activity.enrol_until).replace(tzinfo=None) if activity.enrol_until else None,
    }


def _edit_page(activity: ActivityFacts, form: DetailsForm) -> str:
    session = read_session()
    return render_template(
        "activities/edit.html",
        activity=activity,
        form=form,
        sessions=queries.sessions_of(session, activity.id),
        rooms=_rooms_of(activity),
        hints={key.value: words for key, words in forms.KIND_HINTS.items()},
        contact=contact_of(session, activity.village_id),
    )
