"""Trying other rules on the past, and how fair the match runs are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotFound
from village_hub.learning_requests import queries as learning_requests
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.reporting.queries import SMALLEST_GROUP
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _, _l
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session
from village_hub.what_if import queries, service
from village_hub.what_if.errors import NoSuchWhatIf
from village_hub.what_if.forms import WhatIfForm
from village_hub.what_if.policies import may_look
from village_hub.what_if.queries import DIALS, WhatIfFacts

blueprint = Blueprint("what_if", __name__, template_folder="templates")

PAGE = 50
#: Groups of people: what they are called, and all others.
GROUP_WORDS: dict[str, tuple[Any, Any]] = {
    "first_time": (_l("First-time learners"), _l("Had a lecture before")),
    "access_needs": (_l("With access needs"), _l("Without access needs")),
    "other_language": (_l("In another language"), _l("In Korean")),
    "alone": (_l("Asked alone"), _l("Asked together")),
}


@blueprint.get("/what-if")
@policy(may_look)
def index() -> ResponseReturnValue:
    session = read_session()
    listen(session, "what_if")
    found = queries.what_ifs(session)
    names = people.names(session, {each.asked_by for each in found if each.asked_by})
    return render_template("what_if/index.html", found=found, names=names, words=_words)


@blueprint.get("/what-if/new")
@policy(may_look)
def new() -> ResponseReturnValue:
    session = read_session()
    if queries.first_day(session) is None:
        return render_template("what_if/new.html", form=None)
    since, until = queries.days(session, None, None, now())
    return _page(WhatIfForm(formdata=None, since=since, until=until))


@blueprint.post("/what-if")
@policy(may_look)
def ask() -> ResponseReturnValue:
    form = WhatIfForm()
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            what_if_id = service.ask(
                session,
                since=form.since.data,
                until=form.until.data,
                rules=form.rules(),
                by=required_account().id,
                now=now(),
            )
            return see_other(url_for(".what_if", what_if_id=what_if_id))
    return _page(form), 422


@blueprint.get("/what-if/<uuid:what_if_id>")
@policy(may_look)
def what_if(what_if_id: UUID) -> ResponseReturnValue:
    session = read_session()
    listen(session, "what_if")
    found = queries.what_if(session, what_if_id)
    if found is None:
        raise NoSuchWhatIf
    return render_template(
        "what_if/what_if.html",
        found=found,
        words=_words,
        asked_by=people.names(session, [found.asked_by]).get(found.asked_by) if found.asked_by else None,
        approximations=[_(each) for each in queries.APPROXIMATIONS],
    )


@blueprint.post("/what-if/<uuid:what_if_id>/cancellation")
@policy(may_look)
def cancel(what_if_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.cancel(session, what_if_id, by=required_account().id, now=now())
        flash(_("Cancelled. Nothing was changed."), "info")
        return see_other(url_for(".index"))


@blueprint.get("/fairness")
@policy(may_look)
def fairness() -> ResponseReturnValue:
    session = read_session()
    listen(session, "fairness")
    return render_template(
        "what_if/fairness.html",
        history=queries.fairness(session),
        groups=GROUP_WORDS,
        districts=_districts(),
        smallest=SMALLEST_GROUP,
    )


@blueprint.get("/fairness/rows")
@policy(may_look)
def fairness_rows() -> ResponseReturnValue:
    session = read_session()
    by, key = request.args.get("by", "first_time"), request.args.get("key", "yes")
    facts = queries.fairness_of(session, request.args.get("run", None, UUID))
    part = next((each for each in facts.parts(by) if each.key == key), None) if facts else None
    if facts is None or part is None:
        raise NotFound
    called = _districts().get(key, _("No district known")) if by == "district" else str(GROUP_WORDS[by][key == "no"])
    rows = queries.rows(session, facts, by, key)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "what_if/rows.html", facts=facts, part=part, called=called, rows=shown, page=page, pages=pages
    )


def _page(form: WhatIfForm) -> str:
    if queries.first_day(read_session()) is None:
        return render_template("what_if/new.html", form=None)
    rules = learning_requests.rules(read_session(), now())
    in_force = {name: queries.plain(queries.value_in(rules, name)) for name in DIALS}
    return render_template("what_if/new.html", form=form, in_force=in_force, dials=DIALS.values())


def _words(found: WhatIfFacts) -> list[str]:
    """What was changed, rule by rule."""
    return [f"{_(DIALS[name].words)}: {queries.plain(value)}" for name, value in found.rules.items()]


def _districts() -> dict[str, str]:
    return {str(each.id): each.name for each in places.districts(read_session())}
