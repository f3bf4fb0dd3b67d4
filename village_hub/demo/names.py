"""Names as people of one generation have them; all of these people are made up."""

from __future__ import annotations

from village_hub.demo.chance import Chance
from village_hub.demo.texts import read

#: Of a hundred people who learn in a village, so many are women.
WOMEN = 68


def name(chance: Chance, decade: str) -> str:
    """A family name and a given name of somebody born around that decade."""
    given: list[str] = read("names")["given"][decade]["women" if chance.happens(WOMEN) else "men"]
    families: dict[str, int] = read("names")["families"]
    return chance.weighted(families) + chance.one(given)


def decade(chance: Chance, kind: str) -> str:
    """When a resident or a volunteer was probably born."""
    ages: dict[str, int] = read("names")["ages"][kind]
    return chance.weighted(ages)
