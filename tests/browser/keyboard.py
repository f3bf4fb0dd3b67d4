"""Somebody who uses nothing but the keyboard."""

from __future__ import annotations

from playwright.sync_api import Page

#: More presses of Tab than any page needs from one thing to the next.
ENOUGH = 120
#: How what has the focus is drawn, and the label or row around a control that is drawn by its surroundings.
OUTLINED = """() => {
  const outlined = (element) => element && getComputedStyle(element).outlineStyle !== "none";
  const focused = document.activeElement;
  return outlined(focused) || outlined(focused.closest("label")) || outlined(focused.closest("fieldset"));
}"""


class Keyboard:
    """Tab, Enter, Space and arrows; the focus must be visible wherever it stops."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Press Tab until this has the focus."""
        for _ in range(ENOUGH):
            self.press("Tab")
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                assert self.page.evaluate(OUTLINED), f"nobody sees that {selector} has the focus"
                return
        raise AssertionError(f"Tab does not lead to {selector}")

    def enter(self) -> None:
        """Press Enter and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press one key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)
