"""A page as somebody sees it, and what the front-end makes of signals, read from the same markup that it reads.

`<body data-live-positions-value>` says from where the page listens, `<main data-controller="refresh">` which signals
let it be fetched anew (`static/scripts/controllers/refresh.js`), and each count of seats changes by the figures inside
its signal (`controllers/seats.js`). Markup that says anything else is refused here until this file knows it too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from village_hub.kernel.signals import Signal

_POSITIONS = re.compile(r' data-live-positions-value="([^"]*)"')
_REFRESH = re.compile(r'<main [^>]*data-controller="refresh"[^>]*>')
_METER = re.compile(
    r'<div class="seats small(?P<full> full)?" data-controller="seats" data-seats-id-value="(?P<id>[^"]*)"'
    r' data-seats-words-value="(?P<words>[^"]*)" data-seats-full-value="(?P<all>[^"]*)"'
    r'(?: data-seats-one-waiting-value="(?P<one>[^"]*)" data-seats-more-waiting-value="(?P<more>[^"]*)")?>\s*'
    r'(?:<svg aria-hidden="true"><rect data-seats-target="bar" width="(?P<width>[\d.]+)%" height="100%"></rect></svg>)?'
    r'\s*<p class="num" data-seats-target="words">(?P<shown>[^<]*)</p>\s*'
    r'(?:<p class="soft" data-seats-target="waiting"(?P<hidden> hidden)?>(?P<waiting>[^<]*)</p>)?\s*</div>'
)
#: What differs between two answers without anything having happened: secrets and keys of forms.
_ONCE = re.compile(r'name="(csrf_token|idempotency_key)" value="[^"]*"')


@dataclass(frozen=True, slots=True)
class Meter:
    """One live count of seats."""

    id: str
    words: str
    words_when_full: str
    is_full: bool
    width: float | None
    shown: str
    one_waits: str | None
    more_wait: str | None
    waiting: str | None
    nobody_waits: bool

    def after(self, said: Signal) -> Meter:
        """What `seats.js` makes of a signal."""
        figures = said.payload
        if str(figures.get("id")) != self.id or "taken" not in figures:
            return self
        taken, seats = figures["taken"], figures.get("seats")
        is_full = bool(seats) and taken >= seats
        template = self.words_when_full if is_full and self.words_when_full else self.words
        shown = template.replace("{taken}", str(taken)).replace("{seats}", str(seats))
        width = self.width if self.width is None or not seats else round(min(100, 100 * taken / seats), 1)
        return replace(self, is_full=is_full, shown=shown, width=width)._with_waiting(figures.get("waiting"))

    def _with_waiting(self, number: int | None) -> Meter:
        if self.one_waits is None or self.more_wait is None:
            return self
        words = self.one_waits if number == 1 else self.more_wait
        return replace(self, waiting=words.replace("{waiting}", str(number)), nobody_waits=not number)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, the streams it hears with its positions, and which signals bring it up to date."""

    positions: Mapping[str, int]
    streams: tuple[str, ...]
    excepted: tuple[str, ...]
    always: tuple[str, ...]
    looks_again: bool
    meters: tuple[Meter, ...]
    text: str

    @property
    def content(self) -> str:
        """What is not the frame around every page."""
        return self.text[self.text.index("<main") : self.text.index("</main>")]

    def shows_the_same(self, other: Page) -> bool:
        """Whether a reader could not tell the two apart."""
        return (self.text, self.meters) == (other.text, other.meters)

    def is_refreshed_by(self, said: Signal) -> bool:
        """What `refresh.js` decides on the page's `<main>`."""
        if said.type in self.always:
            return True
        if not self.positions or (self.streams and said.stream not in self.streams):
            return False
        return said.type not in self.excepted


def read(html: str) -> Page:
    """The page of an answer."""
    positions = _POSITIONS.search(html)
    main = _REFRESH.search(html)
    assert html.count('data-controller="refresh') == (1 if main else 0), "a second part refreshes itself"
    assert "data-refresh-types-value" not in html, "a part chooses its types"
    meters = tuple(_meter(each) for each in _METER.finditer(html))
    assert len(meters) == html.count('data-controller="seats"'), "a count of seats looks different"
    return Page(
        positions=_parsed(positions[1]) if positions else {},
        streams=_listed(main, "streams"),
        excepted=_listed(main, "except"),
        always=_listed(main, "always"),
        looks_again=bool(main and "data-refresh-every-value" in main[0]),
        meters=meters,
        text=_ONCE.sub(r'name="\1"', _POSITIONS.sub("", _METER.sub("<meter>", html))),
    )


def catch_up(page: Page, said: Iterable[Signal], fresh: Page | None) -> Page | None:
    """The page once it has heard these signals; `fresh` is what it gets where one lets it fetch itself anew."""
    for each in said:
        if page.is_refreshed_by(each):
            return fresh
        page = replace(page, meters=tuple(meter.after(each) for meter in page.meters))
    return page


def _meter(found: re.Match[str]) -> Meter:
    part = {name: unescape(value) if value else value for name, value in found.groupdict().items()}
    width = float(part["width"]) if part["width"] else None
    waits = (part["one"], part["more"], part["waiting"], bool(part["hidden"]))
    return Meter(part["id"], part["words"], part["all"], bool(part["full"]), width, part["shown"], *waits)


def _listed(main: re.Match[str] | None, name: str) -> tuple[str, ...]:
    value = re.search(rf'data-refresh-{name}-value="([^"]*)"', main[0]) if main else None
    return tuple(_parsed(value[1])) if value else ()


def _parsed(value: str) -> Any:
    return json.loads(unescape(value))
