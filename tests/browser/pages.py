"""Which pages there are, who may look at each, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import requests
from flask import Flask
from playwright.sync_api import Page

from tests.services.installing import ROOT

AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
#: No page: files, other programs' addresses, the way to a provider that this city does not have.
NO_PAGES = {
    "static", "health", "language", "signals.missed", "activities.activity_feed", "activities.feed",
    "activities.village_feed", "imports.problems", "reporting.export", "people.go_to_provider",
    "people.come_from_provider",
}  # fmt: skip
#: Views of a page that have an address of their own.
VIEWS = {
    "/": ("view=day", "view=teaching", "view=village", "view=city", "view=operation"),
    "/calendar": ("view=week", "view=list"),
    "/figures/rows": ("figure=requests", "figure=attendance"),
    "/operator": ("state=dead",),
}
LOOK = """async () => {
  const wanted = {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}};
  const {violations} = await axe.run(document, wanted);
  return violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(" | ").slice(0, 400)}`);
}"""
OVERFLOW = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.outerHTML.slice(0, 120)).slice(0, 3)"""


def addresses(app: Flask, things: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    """The addresses of every page by its route, with every thing worth looking at."""
    adapter = app.url_map.bind("localhost")
    found: dict[str, list[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NO_PAGES or "GET" not in (rule.methods or ()):
            continue
        unknown = rule.arguments - things.keys()
        assert not unknown, f"{rule.rule}: what is a fitting {unknown}?"
        for values in product(*(things[name] for name in sorted(rule.arguments))):
            path = adapter.build(rule.endpoint, dict(zip(sorted(rule.arguments), values, strict=True)))
            found.setdefault(rule.rule, []).append(path)
        found[rule.rule] += [f"{rule.rule}?{query}" for query in VIEWS.get(rule.rule, ())]
    return found


def seen_by(address: str, tokens: Mapping[str, str | None], path: str) -> list[str]:
    """Of the roles that get the page, the one with the fewest rights and the one with the most."""
    orders = list(tokens), list(tokens)[::-1]
    shown = [next((role for role in order if _is_page(address + path, tokens[role])), "") for order in orders]
    return list(dict.fromkeys(filter(None, shown)))


def flaws(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open: accessibility, and width at 390 and 320 pixels."""
    yield from page.evaluate(LOOK)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        yield from (f"too wide at {width}: {each}" for each in page.evaluate(OVERFLOW))
    page.set_viewport_size({"width": 390, "height": 844})


def _is_page(address: str, token: str | None) -> bool:
    cookies = {"village": token} if token else {}
    answer = requests.get(address, cookies=cookies, allow_redirects=False, timeout=20)
    assert answer.status_code < 500, (address, answer.status_code)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
