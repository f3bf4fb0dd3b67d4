"""Every form of a page, filled in as somebody would who only wants to get on: what is required and empty gets a value.

So a new form takes part in the checks of this folder without a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.journeys.forms import BUTTONS, PageForm

CHOSEN = ("checkbox", "radio", "select")
#: What is typed into a field of this type.
TYPED = {
    "email": "neighbour@village.example",
    "tel": "010-2345-6789",
    "text": "우리 동네",
    "password": "따뜻한-봄날-2026",
}


@dataclass
class Control:
    """A field, one box or one choice of a form."""

    name: str
    kind: str
    value: str
    is_sent: bool
    is_required: bool


def filled_forms(address: str, page: str, now: datetime, typed: dict[str, str]) -> Iterator[PageForm]:
    """The forms of a page that post; `typed` is what a field of this name needs, where its type does not tell."""
    reader = _Reader()
    reader.feed(page)
    for action, controls in reader.forms:
        yield PageForm(urljoin(address, action), list(_sent(controls, now, typed)))


def _sent(controls: list[Control], now: datetime, typed: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What each name has, else what it needs: a fitting value where it is required, one tick where boxes are empty."""
    by_name: dict[str, list[Control]] = {}
    for each in controls:
        if each.name and (each.kind != "button" or each.is_sent):
            by_name.setdefault(each.name, []).append(each)
    for name, same in by_name.items():
        chosen = [each.value for each in same if each.is_sent]
        if name in typed:
            yield name, typed[name]
        elif any(chosen):
            yield from ((name, value) for value in chosen)
        elif same[0].kind in CHOSEN:
            yield name, next((each.value for each in same if each.value), "")
        else:
            yield name, _fitting(same[0], now) if same[0].is_required else ""


def _fitting(control: Control, now: datetime) -> str:
    day = now + timedelta(days=7)
    by_type = {"date": f"{day:%Y-%m-%d}", "time": "10:00", "datetime-local": f"{day:%Y-%m-%dT10:00}", "number": "1"}
    return (by_type | TYPED).get(control.kind, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[Control]]] = []
        self._open: list[Control] | None = None
        self._named: dict[str, list[Control]] = {}
        self._select = ""
        self._text: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._open = []
            self.forms.append((given.get("action", ""), self._open))
            if "id" in given:
                self._named[given["id"]] = self._open
            return
        # A control may stand outside the form that it belongs to.
        owner = self._named.get(given.get("form", ""), self._open)
        if "disabled" in given or owner is None:
            return
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option":
            owner.append(Control(self._select, "select", given.get("value", ""), "selected" in given, False))
        elif tag == "textarea":
            self._text = Control(given.get("name", ""), "text", "", True, "required" in given)
            owner.append(self._text)
        elif tag == "button" and given.get("type", "submit") == "submit":
            # The first one is what Enter presses.
            is_first = all(each.kind != "button" for each in owner)
            owner.append(Control(given.get("name", ""), "button", given.get("value", ""), is_first, False))
        elif tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            is_box = kind in CHOSEN
            if kind not in BUTTONS:
                value = given.get("value", "on" if is_box else "")
                owner.append(Control(given["name"], kind, value, "checked" in given or not is_box, "required" in given))

    def handle_data(self, text: str) -> None:
        if self._text:
            self._text.value += text.lstrip("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._text = None
