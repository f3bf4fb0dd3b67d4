"""The frame of every page: the menu of whoever looks, and whom one can call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from flask import Flask, g, request, url_for
from flask_babel import LazyString
from sqlalchemy.exc import SQLAlchemyError

from village_hub.people.queries import Account, RoleKind
from village_hub.villages import queries as villages
from village_hub.villages.queries import Reachable
from village_hub.web.accounts import current_account
from village_hub.web.i18n import _l, language
from village_hub.web.transactions import read_session

#: How many entries a phone's menu holds: the first page, what the roles add, the news.
ENTRIES = 5


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One entry of the menu."""

    icon: str
    words: LazyString
    endpoint: str
    #: Leads to a page of the village that the role is held in.
    of_village: bool = False


TODAY = Entry("today", _l("Today"), "home.index")
NEWS = Entry("bell", _l("My news"), "notifications.inbox")
CALENDAR = Entry("calendar", _l("Planned dates"), "activities.calendar")
ASK = Entry("hand", _l("I want to learn"), "learning_requests.new")
VILLAGES = Entry("village", _l("Villages"), "villages.index")
FIGURES = Entry("chart", _l("Figures"), "reporting.index")

#: What each role adds, the role with the most duties first.
BY_ROLE: dict[str, tuple[Entry, ...]] = {
    RoleKind.LEARNING_MANAGER: (
        Entry("board", _l("Board"), "home.board", of_village=True),
        Entry("village", _l("My village"), "home.village", of_village=True),
        CALENDAR,
    ),
    RoleKind.STAFF: (VILLAGES, FIGURES, CALENDAR),
    RoleKind.OPERATOR: (
        Entry("settings", _l("Operation"), "home.operation"),
        Entry("upload", _l("Import"), "imports.index"),
        Entry("people", _l("Roles"), "people.people"),
    ),
    RoleKind.INSTRUCTOR: (Entry("lecture", _l("I can teach"), "talents.index"), CALENDAR, ASK),
}


class Contact:
    """Whom one can call from a page; asked of the database only where the page shows it."""

    @cached_property
    def _nearest(self) -> Reachable | None:
        return next(iter(reachable()), None)

    @property
    def name(self) -> str:
        return self._nearest.called(language()) if self._nearest else ""

    @property
    def phone(self) -> str:
        return self._nearest.phone if self._nearest else ""

    @property
    def place(self) -> str:
        """The person's village, whose name stands at the head of the page; empty where there is none."""
        return self.name if self._nearest and self._nearest.village_id else ""


def reachable() -> list[Reachable]:
    """The villages of whoever looks and the base centres, read once per request; nobody where nothing can be read."""
    if "reachable" not in g:
        account = current_account()
        try:
            g.reachable = villages.reachable(read_session(), account.id if account else None)
        except SQLAlchemyError:
            g.reachable = []  # The page that says so must not fail for the same reason.
    return list(g.reachable)


def villages_of_reader() -> list[Reachable]:
    """The villages that whoever looks belongs to, the longest first."""
    return [each for each in reachable() if each.village_id is not None]


def managed_villages(account: Account | None) -> list[UUID]:
    """The villages that this person manages, the oldest term first."""
    held = account.roles if account else ()
    return [role.scope_id for role in held if role.kind == RoleKind.LEARNING_MANAGER and role.scope_id]


def menu() -> list[tuple[str, str, str, bool]]:
    """The entries for whoever looks: address, icon, words, whether it is the page one is on."""
    account = current_account()
    entries = list(_entries(account))
    addresses = [_address(each, account) for each in entries]
    here = max((each for each in addresses if _leads_to(each, request.path)), key=len, default="")
    return [(to, each.icon, str(each.words), to == here) for to, each in zip(addresses, entries, strict=True)]


def init_app(app: Flask) -> None:
    """Offer the menu and the contact to every template; a page of a village brings its own contact."""

    @app.context_processor
    def _frame() -> dict[str, object]:
        return {"menu": menu(), "nearest_contact": Contact(), "home_url": url_for("home.index")}


def _entries(account: Account | None) -> Iterator[Entry]:
    yield TODAY
    if account is None:
        yield from (VILLAGES, CALENDAR, ASK)
        return
    held = {role.kind for role in account.roles}
    added: Iterable[Entry] = (each for kind, entries in BY_ROLE.items() if kind in held for each in entries)
    yield from list(dict.fromkeys([*added, CALENDAR, ASK]))[: ENTRIES - 2]
    yield NEWS


def _address(entry: Entry, account: Account | None) -> str:
    if entry.of_village:
        return url_for(entry.endpoint, village_id=managed_villages(account)[0])
    return url_for(entry.endpoint)


def _leads_to(address: str, path: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))
