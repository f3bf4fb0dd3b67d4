"""What happens when: a month, a week or a list, filtered by village and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.activities import policies, queries
from village_hub.activities.forms import KIND_WORDS
from village_hub.activities.queries import Kind, SessionFacts
from village_hub.activities.routes.blueprint import blueprint
from village_hub.places import queries as places
from village_hub.villages import queries as villages
from village_hub.villages.queries import VillageFacts
from village_hub.web.formats import local, to_utc
from village_hub.web.i18n import language
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session

VIEWS = ("month", "week", "list")
#: Days that a list shows, and sessions that a day of the month shows before it only counts them.
LISTED_DAYS, SHOWN_A_DAY = 14, 4
#: The days for which calendars exist at all: a typed address goes no further.
FIRST, LAST = date(2000, 1, 10), date(2100, 12, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader wants to see."""

    view: str
    on: date
    village_id: UUID | None
    kinds: tuple[str, ...]

    @property
    def days(self) -> tuple[date, date]:
        """The first day shown and the first day no longer shown."""
        monday = self.on - timedelta(days=self.on.weekday())
        if self.view == "week":
            return monday, monday + timedelta(days=7)
        if self.view == "list":
            return self.on, self.on + timedelta(days=LISTED_DAYS)
        first, after = self.on.replace(day=1), next_month(self.on)
        return first - timedelta(days=first.weekday()), after + timedelta(days=-after.weekday() % 7)

    @property
    def before(self) -> date:
        if self.view == "month":
            return (self.on.replace(day=1) - timedelta(days=1)).replace(day=1)
        return self.on - timedelta(days=7 if self.view == "week" else LISTED_DAYS)

    @property
    def after(self) -> date:
        if self.view == "month":
            return next_month(self.on)
        return self.on + timedelta(days=7 if self.view == "week" else LISTED_DAYS)

    def address(self, **changed: object) -> str:
        """The page for this choice with something changed."""
        values: dict[str, object] = {"view": self.view, "on": self.on.isoformat(), "village": self.village_id}
        values = values | {"kind": list(self.kinds)} | changed
        return url_for(".calendar", **{name: value for name, value in values.items() if value})  # type: ignore[arg-type]

    def feed(self) -> str:
        """The same choice as a calendar that programs follow."""
        if self.village_id and not self.kinds:
            return url_for(".village_feed", village_id=self.village_id)
        return url_for(".feed", village=self.village_id, kind=list(self.kinds))


@blueprint.get("/calendar")
@policy(public)
def calendar() -> ResponseReturnValue:
    session = read_session()
    known = villages.villages(session)
    choice = _choice(known)
    listen(session, *policies.announcements(session, choice.village_id))
    first, after = choice.days
    sessions = queries.sessions_between(
        session, _midnight(first), _midnight(after), village_id=choice.village_id, kinds=choice.kinds
    )
    return render_template(
        "activities/calendar.html",
        choice=choice,
        weeks=_weeks(first, after, sessions),
        rooms=places.venues(session, {each.venue_id for each in sessions if each.venue_id}),
        villages=[(each.id, each.called(language())) for each in known],
        village_names={each.id: each.called(language()) for each in known},
        kinds=KIND_WORDS,
        today=local(now()).date(),
        count=len(sessions),
        most=SHOWN_A_DAY,
        address=choice.address,
    )


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _choice(known: list[VillageFacts]) -> Choice:
    view = request.args.get("view", "month")
    today = local(now()).date()
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = today
    village_id = request.args.get("village", type=UUID)
    kinds = tuple(each.value for each in Kind if each.value in request.args.getlist("kind"))
    here = village_id if village_id in {each.id for each in known} else None
    return Choice(view if view in VIEWS else "month", on if FIRST < on < LAST else today, here, kinds)


def _weeks(first: date, after: date, sessions: list[SessionFacts]) -> list[list[tuple[date, list[SessionFacts]]]]:
    """Every day with its sessions, seven at a time."""
    by_day: dict[date, list[SessionFacts]] = {}
    for each in sessions:
        by_day.setdefault(local(each.starts_at).date(), []).append(each)
    days = [first + timedelta(days=number) for number in range((after - first).days)]
    return [[(day, by_day.get(day, [])) for day in days[at : at + 7]] for at in range(0, len(days), 7)]


def _midnight(day: date) -> datetime:
    return to_utc(datetime.combine(day, time())).astimezone(UTC)
