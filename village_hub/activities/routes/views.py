"""What templates need to show an activity anywhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.forms import KIND_WORDS
from village_hub.activities.queries import ActivityFacts, Kind, SessionFacts, Status
from village_hub.activities.routes.blueprint import blueprint
from village_hub.people.queries import Account
from village_hub.places.queries import VenueFacts
from village_hub.villages import queries as villages
from village_hub.web.formats import local, masked_name, short_moment, span, weekday
from village_hub.web.hub import hub
from village_hub.web.i18n import _, language

ICONS = {
    Status.SCHEDULED: ("clock", "info"),
    Status.OPEN: ("check", "good"),
    Status.WAITLIST: ("wait", "attention"),
    Status.CLOSED: ("close", ""),
    Status.RUNNING: ("today", "info"),
    Status.ENDED: ("check", ""),
    Status.CANCELLED: ("warning", "danger"),
}


def found(session: Session, activity_id: UUID, now: datetime | None = None) -> ActivityFacts:
    """The activity, or the page that says there is none."""
    facts = queries.activity(session, activity_id, now)
    if facts is None:
        raise errors.NoSuchActivity
    return facts


def found_session(session: Session, session_id: UUID) -> SessionFacts:
    """The session, or the page that says there is none."""
    facts = queries.session_facts(session, session_id)
    if facts is None:
        raise errors.NoSuchSession
    return facts


def contact_of(session: Session, village_id: UUID | None) -> dict[str, str] | None:
    """Whom one can call about an activity of this village; None leaves it to the page's own."""
    village = villages.village(session, village_id) if village_id else None
    return {"name": village.called(language()), "phone": village.phone} if village else None


def absolute(address: str) -> str:
    """A path of ours as others can follow it."""
    return (hub().settings.public_url or request.host_url).rstrip("/") + address


def shown_name(name: str, account: Account | None) -> str:
    """A name as this reader may see it: masked in public."""
    return name if account or not name else masked_name(name)


@blueprint.app_template_global("activity_kind")
def kind_word(kind: str) -> str:
    """Festival, course …"""
    return str(KIND_WORDS[Kind(kind)])


@blueprint.app_template_global("activity_status")
def status_of(activity: ActivityFacts, now: datetime) -> tuple[str, str, str]:
    """Word, icon and tone of where an activity stands."""
    status = activity.status(now)
    return status_word(status), *ICONS[status]


@blueprint.app_template_global("activity_card_of")
def card(activity: ActivityFacts, now: datetime) -> dict[str, object]:
    """An activity for the component `activity_card`."""
    starts_at, ends_at = activity.shown_at, activity.next_ends_at or activity.ends_at
    there = local(starts_at) if starts_at else None
    return {
        "id": str(activity.id),
        "url": url_for("activities.activity", activity_id=activity.id),
        "title": activity.title,
        "kind": activity.kind,
        "kind_word": kind_word(activity.kind),
        "day": there.day if there else "·",
        "weekday": leaf_words(starts_at) if starts_at else "",
        "starts_at": there.isoformat() if there else None,
        "time": span(starts_at, ends_at) if starts_at and ends_at and activity.sessions == 1 else when(activity),
        "place": activity.place,
        "status": status_of(activity, now),
        "taken": activity.taken if activity.enrols_here else None,
        "seats": activity.seats,
    }


def when(activity: ActivityFacts) -> str:
    """The next date of an activity and how many there are in all."""
    if activity.shown_at is None:
        return ""
    if activity.sessions < 2:
        return span(activity.shown_at, activity.ends_at or activity.shown_at)
    return str(_("%(first)s, %(number)s dates in all", first=short_moment(activity.shown_at), number=activity.sessions))


def leaf_words(moment: datetime) -> str:
    """Month and weekday for the small calendar leaf."""
    there = local(moment)
    month = f"{there.month}월" if language() == "ko" else f"{there:%b}"
    return f"{month} {weekday(there.weekday())}"


def status_word(status: Status) -> str:
    """Where an activity stands, in one word."""
    words: dict[Status, str] = {
        Status.SCHEDULED: _("Coming soon"),
        Status.OPEN: _("Sign-up open"),
        Status.WAITLIST: _("Waiting list open"),
        Status.CLOSED: _("Sign-up closed"),
        Status.RUNNING: _("Under way"),
        Status.ENDED: _("Ended"),
        Status.CANCELLED: _("Cancelled"),
    }
    return words[status]


def map_link(venue: VenueFacts) -> str:
    """Where a map shows the place."""
    return f"https://www.openstreetmap.org/?mlat={venue.lat}&mlon={venue.lon}#map=17/{venue.lat}/{venue.lon}"
