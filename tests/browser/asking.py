"""How a resident asks for a lecture, with whatever pointing device."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.screen import Screen
from tests.journeys.city import City

NEXT = "main form.form .actions button.primary"


def ask(screen: Screen, city: City) -> None:
    """Three screens: what, when and where, check; the third one is left unsent."""
    page = screen.open("/learning-requests/new")
    page.locator(f"label.chip:has(input[value='{city.topic}'])").click()
    page.locator(NEXT).click()
    for day in ("mon", "tue", "wed", "thu", "fri"):
        page.locator(f"label.slot:has(input[value='{day}-afternoon'])").click()
    page.locator(NEXT).click()
    page.locator("textarea[name=words]").fill("손주 사진을 잘 찍고 싶어요.")


def send(page: Page) -> str:
    """Send the request; returns the path of its page."""
    page.locator(NEXT).click()
    page.wait_for_url(lambda address: "/learning-requests/" in address and not address.endswith("/new"))
    return urlsplit(page.url).path
