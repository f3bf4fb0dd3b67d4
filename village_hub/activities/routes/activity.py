"""The public page of one activity, and signing up for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from village_hub.activities import policies, queries, service
from village_hub.activities.queries import ActivityFacts, SessionFacts, Status
from village_hub.activities.routes.blueprint import blueprint
from village_hub.activities.routes.views import absolute, contact_of, found, map_link, shown_name
from village_hub.people.policies import signed_in
from village_hub.web.accounts import current_account, required_account
from village_hub.web.formats import local
from village_hub.web.i18n import _
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session

SCHEMA = "https://schema.org/"


@blueprint.get("/activities/<uuid:activity_id>")
@policy(public)
def activity(activity_id: UUID) -> ResponseReturnValue:
    session, account = read_session(), current_account()
    facts = found(session, activity_id, now())
    own = [f"person:{account.id}"] if account else []
    listen(session, f"activity:{activity_id}", *own, *([] if facts.village_id else ["city"]))
    sessions = queries.sessions_of(session, activity_id)
    instructor = shown_name(facts.instructor, account)
    return render_template(
        "activities/activity.html",
        activity=facts,
        sessions=sessions,
        instructor=instructor,
        enrolment=queries.enrolment(session, activity_id, account.id) if account else None,
        may_run=policies.may_run(session, account, facts),
        may_take_attendance=policies.may_take_attendance(session, account, facts),
        map_link=map_link(facts.venue) if facts.venue else None,
        contact=contact_of(session, facts.village_id),
        address=absolute(url_for(".activity", activity_id=activity_id)),
        linked=_linked_data(facts, sessions, instructor),
        now=now(),
        refresh_except=["seats"],
    )


@blueprint.post("/activities/<uuid:activity_id>/enrolments")
@policy(signed_in)
def enrol(activity_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        enrolled = service.enrol(session, activity_id, required_account().id, now=now())
        if enrolled.state == "seated":
            flash(_("You have a seat. We will remind you the day before."), "good")
        else:
            flash(_("You are number %(place)s on the waiting list.", place=enrolled.place), "attention")
        return see_other(url_for(".activity", activity_id=activity_id))


@blueprint.post("/activities/<uuid:activity_id>/enrolments/end")
@policy(signed_in)
def cancel_enrolment(activity_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.cancel_enrolment(session, activity_id, required_account().id, now=now())
        flash(_("You are no longer signed up. Thank you for telling us."), "good")
        return see_other(url_for(".activity", activity_id=activity_id))


def _linked_data(facts: ActivityFacts, sessions: list[SessionFacts], instructor: str) -> dict[str, Any]:
    """The activity as search engines read it (schema.org)."""
    address = absolute(url_for(".activity", activity_id=facts.id))
    status = facts.status(now())
    place: dict[str, Any] = {"@type": "Place", "name": facts.place, "address": facts.address or facts.place}
    if facts.venue:
        geo = {"@type": "GeoCoordinates", "latitude": facts.venue.lat, "longitude": facts.venue.lon}
        place |= {"address": facts.venue.address, "geo": geo}
    return {
        "@context": "https://schema.org",
        "@type": "Festival" if facts.kind == "festival" else "EducationEvent",
        "name": facts.title,
        "description": facts.description,
        "url": address,
        "eventAttendanceMode": SCHEMA + "OfflineEventAttendanceMode",
        "eventStatus": SCHEMA + ("EventCancelled" if status is Status.CANCELLED else "EventScheduled"),
        "location": place,
        "isAccessibleForFree": facts.fee == 0,
        "offers": {"@type": "Offer", "price": facts.fee, "priceCurrency": "KRW", "url": address},
    } | {
        name: value
        for name, value in {
            "startDate": local(facts.starts_at).isoformat() if facts.starts_at else None,
            "endDate": local(facts.ends_at).isoformat() if facts.ends_at else None,
            "maximumAttendeeCapacity": facts.seats,
            "performer": {"@type": "Person", "name": instructor} if instructor else None,
            "organizer": {"@type": "Organization", "name": facts.host} if facts.host else None,
            "subEvent": [_sub_event(facts, each) for each in sessions if not each.is_off]
            if len(sessions) > 1
            else None,
        }.items()
        if value is not None
    }


def _sub_event(facts: ActivityFacts, each: SessionFacts) -> dict[str, str]:
    starts_at, ends_at = local(each.starts_at).isoformat(), local(each.ends_at).isoformat()
    return {"@type": "Event", "name": facts.title, "startDate": starts_at, "endDate": ends_at}
