"""A person with a plain HTTP client: reads pages, fills in their forms, and presses again when nobody answers."""

from __future__ import annotations

import time

import requests
from requests import Response

from tests.journeys.forms import PageForm, forms_of
from tests.journeys.installation import Installation

#: Seconds in which a crashed web process is back.
PATIENCE = 40


class Visitor:
    """One signed-in person."""

    def __init__(self, installation: Installation, token: str) -> None:
        self.installation = installation
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set("village", token)

    def see(self, path: str) -> Response:
        """Open a page; it must be there."""
        answer = self._patiently("GET", path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def form(self, page: str, action: str) -> PageForm:
        """The form on a page that leads to an address ending in `action`."""
        answer = self.see(page)
        found = [each for each in forms_of(answer.url, answer.text) if each.action.endswith(action)]
        assert found, f"{page} has no form to …{action}"
        return found[0]

    def press(self, page: str, action: str, **values: str | list[str]) -> Response:
        """Fill in a form of a page and send it, the very same again as long as nobody answers."""
        return self.send(self.form(page, action), **values)

    def send(self, form: PageForm, **values: str | list[str]) -> Response:
        """Send a form that was read before; follows to the page that answers."""
        answer = self._patiently("POST", form.action, form.filled(**values))
        assert answer.status_code < 500, (form.action, answer.status_code)
        return answer

    def _patiently(self, method: str, path: str, data: list[tuple[str, str]] | None = None) -> Response:
        address = path if path.startswith("http") else self.installation.address + path
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._session.request(method, address, data=data, timeout=PATIENCE)
            except requests.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
