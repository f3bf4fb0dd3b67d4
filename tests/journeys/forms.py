"""The forms of a page as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Pairs = list[tuple[str, str]]
BUTTONS = ("submit", "button", "reset", "image")


@dataclass
class PageForm:
    """Where a form leads, and what it would send as it stands."""

    action: str
    pairs: Pairs = field(default_factory=list)

    def filled(self, **values: str | list[str]) -> Pairs:
        """What is sent once these fields are filled in; the others stay as they are."""
        chosen = {name: [value] if isinstance(value, str) else value for name, value in values.items()}
        kept = [(name, value) for name, value in self.pairs if name not in chosen]
        return kept + [(name, value) for name, many in chosen.items() for value in many]


def forms_of(address: str, page: str) -> list[PageForm]:
    """Every form of a page that posts."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms = address, list[PageForm]()
        self._open: PageForm | None = None
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._open = PageForm(urljoin(self.address, given.get("action", "")))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self._open.pairs.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._text = given.get("name", "")
        elif tag == "input":
            self._input(given)

    def handle_data(self, data: str) -> None:
        if self._text and self._open:
            self._open.pairs.append((self._text, data.lstrip("\r\n")))
            self._text = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._text = ""

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        is_sent = kind not in BUTTONS and (kind not in ("checkbox", "radio") or "checked" in given)
        if name and is_sent and self._open:
            self._open.pairs.append((name, given.get("value", "on" if kind == "checkbox" else "")))
