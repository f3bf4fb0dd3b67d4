"""Calendars that other programs follow (RFC 5545): of one activity, of a village, of a choice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, request, url_for
from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from village_hub.activities import queries
from village_hub.activities.queries import ActivityFacts, Kind, SessionFacts
from village_hub.activities.routes.blueprint import blueprint
from village_hub.activities.routes.views import absolute, found
from village_hub.places import queries as places
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.web.i18n import _, language
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session

#: What a feed shows of the past, and how far it looks ahead.
PAST, AHEAD = timedelta(days=30), timedelta(days=180)


@blueprint.get("/activities/<uuid:activity_id>.ics")
@policy(public)
def activity_feed(activity_id: UUID) -> Response:
    session = read_session()
    facts = found(session, activity_id)
    return _feed(session, facts.title, queries.sessions_of(session, activity_id))


@blueprint.get("/villages/<uuid:village_id>/calendar.ics")
@policy(public)
def village_feed(village_id: UUID) -> Response:
    session = read_session()
    village = villages.village(session, village_id)
    if village is None:
        raise NoSuchVillage
    return _feed(session, village.called(language()), _around(session, village_id, ()))


@blueprint.get("/calendar.ics")
@policy(public)
def feed() -> Response:
    session = read_session()
    village_id = request.args.get("village", type=UUID)
    kinds = [kind for kind in request.args.getlist("kind") if kind in list(Kind)]
    return _feed(session, _("Village calendar"), _around(session, village_id, kinds))


def _around(session: Session, village_id: UUID | None, kinds: Iterable[str]) -> list[SessionFacts]:
    moment = now()
    return queries.sessions_between(
        session, moment - PAST, moment + AHEAD, village_id=village_id, kinds=tuple(kinds), with_cancelled=True
    )


def _feed(session: Session, name: str, sessions: list[SessionFacts]) -> Response:
    calendar = Calendar()
    for key, value in {"prodid": "-//Village Hub//KO", "version": "2.0", "method": "PUBLISH"}.items():
        calendar.add(key, value)
    calendar.add("x-wr-calname", name)
    activities = queries.activities(session, {each.activity_id for each in sessions})
    rooms = places.venues(session, {each.venue_id for each in sessions if each.venue_id})
    for each in sessions:
        venue = rooms.get(each.venue_id) if each.venue_id else None
        where = f"{venue.label}, {venue.address}" if venue else each.place_text
        calendar.add_component(_entry(each, activities[each.activity_id], where, now()))
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"'}
    return Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8", headers=headers)


def _entry(each: SessionFacts, activity: ActivityFacts, where: str, stamp: datetime) -> Event:
    """The same session keeps its UID for ever; a higher SEQUENCE tells calendars that it changed."""
    entry = Event()
    entry.add("uid", f"{each.id}@village-hub")
    entry.add("dtstamp", stamp)
    entry.add("dtstart", each.starts_at)
    entry.add("dtend", each.ends_at)
    entry.add("sequence", each.updated_seq)
    entry.add("status", "CANCELLED" if each.is_off else "CONFIRMED")
    entry.add("summary", each.title)
    entry.add("location", where)
    entry.add("description", activity.reason if each.is_off else activity.description)
    entry.add("url", absolute(url_for(".activity", activity_id=each.activity_id)))
    return entry
