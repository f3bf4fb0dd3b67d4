"""Who has signed up, for those who organise it, and signing up somebody who called or came by."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from village_hub.activities import policies, queries, service
from village_hub.activities.queries import ActivityFacts
from village_hub.activities.routes.blueprint import blueprint
from village_hub.activities.routes.views import contact_of, found
from village_hub.people import queries as people
from village_hub.people.policies import signed_in
from village_hub.villages import queries as villages
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/activities/<uuid:activity_id>/enrolments")
@policy(signed_in)
def enrolments(activity_id: UUID) -> ResponseReturnValue:
    session, wanted = read_session(), request.args.get("name", "").strip()
    activity = _run_by_me(activity_id)
    listen(session, f"activity:{activity_id}")
    enrolled = queries.enrolled_people(session, activity_id)
    return render_template(
        "activities/enrolments.html",
        activity=activity,
        enrolled=enrolled,
        wanted=wanted,
        candidates=_candidates(session, activity, wanted) if wanted else {},
        on_list={each.person_id for each in enrolled},
        contact=contact_of(session, activity.village_id),
        now=now(),
    )


@blueprint.post("/activities/<uuid:activity_id>/enrolments/of/<uuid:person_id>")
@policy(signed_in)
def enrol_other(activity_id: UUID, person_id: UUID) -> ResponseReturnValue:
    _run_by_me(activity_id)
    with write_session() as session:
        enrolled = service.enrol(session, activity_id, person_id, by=required_account().id, now=now())
        if enrolled.state == "seated":
            flash(_("Signed up, with a seat."), "good")
        else:
            flash(_("Signed up as number %(place)s on the waiting list.", place=enrolled.place), "attention")
        return see_other(url_for(".enrolments", activity_id=activity_id))


@blueprint.post("/activities/<uuid:activity_id>/enrolments/of/<uuid:person_id>/end")
@policy(signed_in)
def end_other(activity_id: UUID, person_id: UUID) -> ResponseReturnValue:
    _run_by_me(activity_id)
    with write_session() as session:
        service.cancel_enrolment(session, activity_id, person_id, by=required_account().id, now=now())
        flash(_("The place is given back; whoever waits first has it now."), "good")
        return see_other(url_for(".enrolments", activity_id=activity_id))


def _run_by_me(activity_id: UUID) -> ActivityFacts:
    session = read_session()
    activity = found(session, activity_id, now())
    policies.require_running(session, required_account(), activity)
    return activity


def _candidates(session: Session, activity: ActivityFacts, wanted: str) -> dict[UUID, str]:
    """Members of the village by a part of their name, or anybody by their whole phone or card number."""
    members = villages.named_members(session, activity.village_id, wanted) if activity.village_id else {}
    return members | people.known_as(session, wanted)
