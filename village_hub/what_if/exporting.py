"""A what-if for a terminal and for other programs: Korean and English side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from village_hub.kernel.errors import N_
from village_hub.what_if.engine.outcome import Figures
from village_hub.what_if.queries import APPROXIMATIONS, DIALS, Compared, plain

Translate = Callable[[str], str]

#: Each figure's words and how it is written.
LINES: tuple[tuple[str, str, str], ...] = (
    ("classes", N_("Classes"), ",d"),
    ("people_asked", N_("People who asked"), ",d"),
    ("people_served", N_("People served"), ",d"),
    ("people_waiting", N_("People still waiting at the end"), ",d"),
    ("people_gone", N_("People who withdrew, came too late, or whose time was over"), ",d"),
    ("median_wait", N_("Median wait of those served, in days"), ".1f"),
    ("longest_wait", N_("Longest wait, also of those still waiting, in days"), ",d"),
    ("hours", N_("Hours"), ",.1f"),
    ("cost", N_("Cost in won (volunteers teach without a fee)"), ",d"),
    ("worth", N_("The same hours at the paid rate, in won"), ",d"),
    ("volunteers", N_("Volunteers who teach"), ",d"),
    ("load_gini", N_("Unevenness of their load (Gini)"), ".2f"),
    ("value", N_("Value of the plans"), ",.1f"),
    ("bound", N_("No plans could be worth more than"), ",.1f"),
    ("gap", N_("So at most this share was missed"), ".1%"),
)


def as_json(since: date, until: date, rules: Mapping[str, float], compared: Compared) -> dict[str, Any]:
    """Everything, with what is approximated."""
    asked = {"since": since.isoformat(), "until": until.isoformat(), "rules": dict(rules)}
    return asked | compared.as_json() | {"approximations": list(APPROXIMATIONS)}


def lines(since: date, until: date, rules: Mapping[str, float], compared: Compared, korean: Translate) -> Iterator[str]:
    """The figures of both sets of rules, a line each, and what is approximated."""
    changed = ", ".join(f"{name}={plain(value)} ({korean(DIALS[name].words)})" for name, value in rules.items())
    yield f"{since} ~ {until}  {changed}"
    yield f"{korean(N_('Rules in force')):>14} / {korean(N_('Changed rules')):<14} Rules in force / Changed rules"
    for name, words, form in LINES:
        was, would = (_written(each, name, form) for each in (compared.in_force, compared.changed))
        yield f"{was:>14} {would:>14}   {korean(words)} · {words}"
    found = {"people": f"{compared.recorded_people:,}"}
    told = N_("In truth %(people)s of these people have found a lecture so far.")
    for each in (told, *APPROXIMATIONS):
        yield f"- {korean(each) % found}" if each is told else f"- {korean(each)}"
        yield f"  {each % found}" if each is told else f"  {each}"


def _written(figures: Figures, name: str, form: str) -> str:
    value = getattr(figures, name)
    return "–" if value is None else format(value, form)
