"""Which rules can be tried, and within which limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from village_hub.kernel.errors import N_
from village_hub.learning_requests.queries import Rules
from village_hub.what_if import errors


@dataclass(frozen=True, slots=True)
class Dial:
    """A rule that can be tried: its words, its limits, and the steps that its values come in (0: any)."""

    name: str
    words: str
    lowest: float
    highest: float
    step: float = 1

    @property
    def is_weight(self) -> bool:
        """Whether it says what counts in a plan, rather than what may be."""
        return self.name not in _WHOLE

    def check(self, value: float) -> None:
        """Raises OutOfRange or NotInSteps."""
        if not self.lowest <= value <= self.highest:
            limits = {"lowest": plain(self.lowest), "highest": plain(self.highest)}
            raise errors.OutOfRange(rule=self.name, value=plain(value), **limits)
        if self.step and value % self.step:
            raise errors.NotInSteps(rule=self.name, value=plain(value), step=plain(self.step))


_WHOLE = {each.name for each in fields(Rules)}

DIALS = {
    each.name: each
    for each in (
        Dial("minimum_group", N_("Smallest group"), 1, 50),
        Dial("maximum_group", N_("Largest group"), 1, 200),
        Dial("length_minutes", N_("Length of a class in minutes"), 30, 480, 30),
        Dial("start_step_minutes", N_("Minutes between possible starts"), 30, 120, 30),
        Dial("lead_days", N_("Days between a proposal and its class at least"), 0, 30),
        Dial("horizon_days", N_("Days that are planned ahead"), 7, 56),
        Dial("waiting", N_("Weight of long waiting"), 0, 10, 0),
        Dial("unreached_district", N_("Weight of districts that few lectures reach"), 0, 10, 0),
        Dial("first_time", N_("Weight of first-time learners"), 0, 10, 0),
        Dial("load", N_("Weight of an even load of volunteers"), 0, 10, 0),
        Dial("walking", N_("Weight of short ways for learners"), 0, 10, 0),
        Dial("travel_per_km", N_("Weight of short ways for volunteers"), 0, 10, 0),
        Dial("class_cost", N_("What one class costs, in served people"), 0, 10, 0),
    )
}


def read(texts: Iterable[str]) -> dict[str, float]:
    """Rules as they are typed, such as `minimum_group=4`; raises what is wrong with the first that is."""
    changes: dict[str, float] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name not in DIALS:
            raise errors.UnknownRule(rule=name, known=", ".join(DIALS))
        try:
            changes[name] = float(value)
        except ValueError:
            raise errors.NotANumber(rule=name, value=value) from None
        DIALS[name].check(changes[name])
    return changes


def changed(rules: Rules, changes: Mapping[str, float]) -> Rules:
    """The rules with these changes; raises GroupUpsideDown where they contradict each other."""
    own: dict[str, Any] = {name: int(value) for name, value in changes.items() if name in _WHOLE}
    weights = {name: value for name, value in changes.items() if name not in _WHOLE}
    found = replace(rules, **own, weights=rules.weights | weights)
    if found.minimum_group > found.maximum_group:
        raise errors.GroupUpsideDown(minimum=found.minimum_group, maximum=found.maximum_group)
    return found


def value_in(rules: Rules, name: str) -> float:
    """What a rule says."""
    return float(getattr(rules, name) if name in _WHOLE else rules.weights[name])


def plain(value: float) -> str:
    """A number without needless digits."""
    return f"{value:g}"
