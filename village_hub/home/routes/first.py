"""The first page, by what one does here, and what this place is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.activities import policies as activities
from village_hub.home import machine
from village_hub.home.queries import board, city, day, operation, teaching
from village_hub.home.routes.blueprint import blueprint
from village_hub.home.routes.frame import managed_villages, villages_of_reader
from village_hub.notifications import queries as notifications
from village_hub.notifications.queries import NoticeFacts
from village_hub.people.queries import Account, RoleKind
from village_hub.villages import queries as villages
from village_hub.web.accounts import current_account
from village_hub.web.formats import local, to_utc
from village_hub.web.hub import hub
from village_hub.web.i18n import _l, language
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session

#: The views of the first page, the most urgent duty first, and the role that each belongs to.
VIEWS = {
    "village": (_l("My village"), RoleKind.LEARNING_MANAGER),
    "city": (_l("The city"), RoleKind.STAFF),
    "operation": (_l("Operation"), RoleKind.OPERATOR),
    "teaching": (_l("My teaching"), RoleKind.INSTRUCTOR),
    "day": (_l("My day"), None),
}
#: How many unread messages stand on the first page; the inbox has the rest.
MOST_NOTICES = 3
#: Counts of seats travel inside their signals; the page need not be read again.
SEATS_ONLY = ["seats"]


@blueprint.get("/")
@policy(public)
def index() -> ResponseReturnValue:
    account = current_account()
    if account is None:
        return _welcome()
    open_to = _views_of(account)
    wanted = request.args.get("view", "")
    view = wanted if wanted in open_to else open_to[0]
    shown = {"village": _village, "city": _city, "operation": _operation, "teaching": _teaching, "day": _day}[view]
    tabs = [(url_for(".index", view=each), VIEWS[each][0], each == view, None) for each in open_to]
    return shown(account, tabs=tabs if len(tabs) > 1 else [], refresh_except=SEATS_ONLY, now=now())


@blueprint.get("/about")
@policy(public)
def about() -> ResponseReturnValue:
    return render_template("home/about.html", version=machine.own_version())


def this_day() -> tuple[datetime, datetime]:
    """When today began on the city's clock, and when it ends."""
    today = local(now()).date()
    return to_utc(datetime.combine(today, time())), to_utc(datetime.combine(today + timedelta(days=1), time()))


def _views_of(account: Account) -> list[str]:
    held = {role.kind for role in account.roles}
    return [view for view, (_, kind) in VIEWS.items() if kind is None or kind in held]


def _welcome() -> str:
    session = read_session()
    around, this_week = villages.villages(session), day.this_week(session, now())
    return render_template("home/welcome.html", villages=around, this_week=this_week, now=now())


def _unread(account: Account) -> list[NoticeFacts]:
    """What waits for the person, the newest first."""
    newest = notifications.inbox(read_session(), account.id, limit=MOST_NOTICES)
    return [each for each in newest if each.read_at is None]


def _day(account: Account, **frame: Any) -> str:
    session, mine = read_session(), villages_of_reader()
    village_id = mine[0].village_id if mine else None
    listen(session, f"person:{account.id}", *activities.announcements(session, village_id))
    found = day.day(session, account.id, village_id, language(), now())
    more = {"tonight": this_day()[1], "village_id": village_id, "notices": _unread(account)}
    return render_template("home/day.html", day=found, **more, **frame)


def _teaching(account: Account, **frame: Any) -> str:
    session = read_session()
    listen(session, f"person:{account.id}")
    found = teaching.teaching(session, account.id, language(), now())
    more = {"tonight": this_day()[1], "notices": _unread(account)}
    return render_template("home/teaching.html", teaching=found, **more, **frame)


def _village(account: Account, **frame: Any) -> str:
    session, managed = read_session(), managed_villages(account)
    listen(session, f"person:{account.id}", f"board:{managed[0]}")
    known = {each.id: each for each in villages.villages(session)}
    called = known[managed[0]].called(language())
    return render_template(
        "home/manager.html",
        village=known[managed[0]],
        contact={"name": called, "phone": known[managed[0]].phone},
        others=[known[each] for each in managed[1:]],
        summary=board.summary(session, managed[0], *this_day()),
        mine=day.coming_sessions(session, account.id, now()),
        tonight=this_day()[1],
        notices=_unread(account),
        **frame,
    )


def _city(account: Account, **frame: Any) -> str:
    session = read_session()
    listen(session, f"person:{account.id}", "staff")
    states = city.states(session, now())
    return render_template("home/city.html", states=states, notices=_unread(account), **frame)


def _operation(account: Account, **frame: Any) -> str:
    session = read_session()
    listen(session, f"person:{account.id}", "operator")
    settings = hub().settings
    return render_template(
        "home/operator.html",
        health=operation.health(session, now()),
        redis_answers=machine.redis_answers(settings.redis),
        disk=machine.disk_free(settings.home),
        notices=_unread(account),
        refresh_every=machine.LOOK_AGAIN,
        **frame,
    )
