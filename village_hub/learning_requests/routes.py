"""Asking for a lecture, following one's requests, joining neighbours, and the learning manager's answer."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotAllowed
from village_hub.learning_requests import forms, policies, queries, service
from village_hub.learning_requests.errors import NoSuchRequest
from village_hub.learning_requests.forms import AnswerForm, AskForm
from village_hub.learning_requests.queries import RequestFacts
from village_hub.people import queries as people
from village_hub.people.policies import manages, signed_in
from village_hub.places import queries as places
from village_hub.places import service as places_service
from village_hub.topics import queries as topics
from village_hub.villages import queries as villages
from village_hub.web.accounts import required_account
from village_hub.web.formats import local, to_utc
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session
from village_hub.web.week import spans_of

blueprint = Blueprint("learning_requests", __name__, template_folder="templates")


@blueprint.get("/learning-requests")
@policy(signed_in)
def index() -> ResponseReturnValue:
    session, account = read_session(), required_account()
    listen(session, f"person:{account.id}")
    mine = queries.named(session, queries.requests_of(session, account.id), language())
    return render_template("learning_requests/index.html", mine=mine, refresh_streams=[f"person:{account.id}"])


@blueprint.get("/learning-requests/new")
@policy(signed_in)
def new() -> ResponseReturnValue:
    form = _ask_form()
    form.topic_id.data = request.args.get("topic", "")
    return _step(form, "topic")


@blueprint.post("/learning-requests/new")
@policy(signed_in)
def step() -> ResponseReturnValue:
    """Goes on or back; what was filled in travels along, a step is left forward only when it is complete."""
    form, order = _ask_form(), list(forms.STEPS)
    here = request.form.get("step", "topic")
    at = order.index(here) if here in order else 0
    if "back" in request.form:
        return _step(form, order[max(0, at - 1)])
    if not form.is_step_valid(order[at]):
        return _step(form, order[at]), 422
    return _step(form, order[min(at + 1, len(order) - 1)])


@blueprint.post("/learning-requests")
@policy(signed_in)
def open_request() -> ResponseReturnValue:
    form, account = _ask_form(), required_account()
    if form.validate_on_submit():
        today = local(now()).date()
        dates: dict[str, Any] = {"from_date": today, "until_date": today + forms.LASTING}
        with form.refusals(), write_session() as session:
            if form.district_id and form.district_id.data:
                places_service.settle(session, account.id, UUID(form.district_id.data), now=now())
            request_id = service.open_request(session, by=account.id, now=now(), **form.wish(), **dates)
            flash(_("Your request is on its way."), "good")
            return see_other(url_for(".details", request_id=request_id))
    return _step(form, form.step_of_error()), 422


@blueprint.get("/learning-requests/<uuid:request_id>")
@policy(signed_in)
def details(request_id: UUID) -> ResponseReturnValue:
    session, account = read_session(), required_account()
    found = _request(request_id)
    streams = [f"person:{account.id}", *([f"board:{found.village_id}"] if manages(account, found.village_id) else [])]
    listen(session, *streams)
    members = queries.people_of(session, [request_id])[request_id]
    if not policies.may_see(account, found, members):
        raise NotAllowed
    (named,) = queries.named(session, [found], language())
    village = villages.village(session, found.village_id)
    return render_template(
        "learning_requests/details.html",
        named=named,
        weekly=queries.weekly_of(session, request_id),
        place=places.venue(session, found.venue_id) if found.venue_id else None,
        companions=list(people.names(session, members[1:]).values()),
        is_companion=account.id in members[1:],
        may_withdraw=policies.may_withdraw(account, found),
        may_answer=policies.may_answer(account, found),
        contact={"name": village.called(language()), "phone": village.phone} if village else None,
        refresh_streams=streams,
    )


@blueprint.post("/learning-requests/<uuid:request_id>/companions")
@policy(signed_in)
def join(request_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.join(session, request_id, by=required_account().id, now=now())
        flash(_("You have joined. You will hear as soon as there is news."), "good")
        return see_other(url_for(".details", request_id=request_id))


@blueprint.post("/learning-requests/<uuid:request_id>/companions/end")
@policy(signed_in)
def leave(request_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.leave(session, request_id, by=required_account().id, now=now())
        flash(_("You are no longer part of this request."), "good")
        return see_other(url_for(".index"))


@blueprint.post("/learning-requests/<uuid:request_id>/change")
@policy(signed_in)
def take_up(request_id: UUID) -> ResponseReturnValue:
    """Agrees to what would help, for oneself or as the learning manager who has asked."""
    found, account = _mine(request_id), required_account()
    with write_session() as session:
        service.take_up(session, request_id, change=request.form.get("change", ""), by=account.id, now=now())
        flash(_("Thank you! We look again with that."), "good")
        if manages(account, found.village_id) and account.id != found.requester_id:
            return see_other(f"/villages/{found.village_id}/board#unanswered")
        return see_other(url_for(".details", request_id=request_id))


@blueprint.get("/learning-requests/<uuid:request_id>/withdrawal")
@policy(signed_in)
def withdrawal(request_id: UUID) -> ResponseReturnValue:
    found = _mine(request_id)
    (named,) = queries.named(read_session(), [found], language())
    return render_template("learning_requests/withdrawal.html", named=named)


@blueprint.post("/learning-requests/<uuid:request_id>/withdrawal")
@policy(signed_in)
def withdraw(request_id: UUID) -> ResponseReturnValue:
    found = _mine(request_id)
    with write_session() as session:
        service.withdraw(session, request_id, by=required_account().id, now=now())
        flash(_("The request is withdrawn. You can ask again at any time."), "good")
        return see_other(url_for(".new", topic=found.topic_id))


@blueprint.get("/learning-requests/<uuid:request_id>/answer")
@policy(policies.manages_some_village)
def answer(request_id: UUID) -> ResponseReturnValue:
    return _answer_page(request_id, AnswerForm(formdata=None))


@blueprint.post("/learning-requests/<uuid:request_id>/answer")
@policy(policies.manages_some_village)
def give_answer(request_id: UUID) -> ResponseReturnValue:
    form, account = AnswerForm(), required_account()
    found = _answerable(request_id)
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            if form.answer.data == "promise":
                until = to_utc(datetime.combine(form.next_at.data, time(18)))
                service.promise(session, request_id, until=until, by=account.id, now=now())
            else:
                service.mark_unserved(session, request_id, words=form.words.data or "", by=account.id, now=now())
            flash(_("Your answer is noted, and the resident can read it."), "good")
            return see_other(f"/villages/{found.village_id}/board")
    return _answer_page(request_id, form), 422


def _ask_form() -> AskForm:
    session, account = read_session(), required_account()
    form = AskForm()
    form.topic_id.choices = [(str(each.id), each.name) for each in topics.topics(session, language())]
    form.venue_id.choices = [
        ("", _("Please choose")),
        *((str(each.id), each.label) for each in places.all_venues(session)),
    ]
    form.reach_m.choices = list(zip(queries.rules(session, now()).reaches_m, forms.REACH_WORDS, strict=False))
    form.reach_m.default = form.reach_m.choices[len(form.reach_m.choices) // 2][0]
    if form.reach_m.data is None:
        form.reach_m.data = form.reach_m.default
    if places.homes(session, [account.id]):
        del form.district_id
    else:
        known = [(str(each.id), each.name) for each in places.districts(session)]
        form.district_id.choices = [("", _("Please choose")), *known]
    return form


def _step(form: AskForm, name: str) -> str:
    session = read_session()
    areas = [
        (each.name, [(str(topic.id), topic.name) for topic in each.topics])
        for each in topics.areas(session, language())
    ]
    near = _neighbours(form) if name == "when" else []
    return render_template(
        f"learning_requests/ask_{name}.html",
        form=form,
        step=name,
        carried=[field for other, names in forms.STEPS.items() if other != name for field in names],
        areas=areas,
        near=near,
        weekly=spans_of(form.weekly.data or []),
    )


def _neighbours(form: AskForm) -> list[queries.Nearby]:
    account, session = required_account(), read_session()
    home = places.homes(session, [account.id]).get(account.id)
    if home is None or not form.topic_id.data:
        return []
    return queries.similar_nearby(session, UUID(form.topic_id.data), home.lon, home.lat, but=account.id)


def _answer_page(request_id: UUID, form: AnswerForm) -> str:
    found = _answerable(request_id)
    (named,) = queries.named(read_session(), [found], language())
    return render_template("learning_requests/answer.html", form=form, named=named)


def _request(request_id: UUID) -> RequestFacts:
    found = queries.request(read_session(), request_id)
    if found is None:
        raise NoSuchRequest
    return found


def _mine(request_id: UUID) -> RequestFacts:
    found = _request(request_id)
    if not policies.may_withdraw(required_account(), found):
        raise NotAllowed
    return found


def _answerable(request_id: UUID) -> RequestFacts:
    found = _request(request_id)
    if not policies.may_answer(required_account(), found):
        raise NotAllowed
    return found
