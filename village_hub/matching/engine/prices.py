"""What wishes, instructors and rooms pay at most, and how these prices move."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.market import Market


class Prices(NamedTuple):
    """λ per wish (W), μ per instructor and half hour (I × S), ν per week (I × weeks), ρ per session (I); all ≥ 0."""

    wish: Floats
    hour: Floats
    week: Floats
    load: Floats


class Rents(NamedTuple):
    """μ per instructor and half hour (I × S), ν per week (I × weeks), ρ per session (I), π per venue (V × S); ≥ 0."""

    hour: Floats
    week: Floats
    load: Floats
    room: Floats


@compiled
def asked_of(market: Market, prices: Prices | Rents) -> Floats:
    """What an instructor asks for a class from each half hour on (S × I): hours, week and session."""
    instructors, slots = prices.hour.shape
    asked = np.empty((slots, instructors))
    _ask(market, prices, asked)
    return asked


@in_place
def of_instructors(market: Market, prices: Prices | Rents, slope: Prices | Rents) -> float:
    """What instructors' prices add to the bound, with its slope."""
    slope.hour[:] = 1.0
    total = prices.hour.sum()
    for one in range(len(prices.hour)):
        for week in range(prices.week.shape[1]):
            total += prices.week[one, week] * market.caps[one, week]
            slope.week[one, week] = market.caps[one, week]
        sessions = _sessions(market, prices, one)
        before = market.loads[one] + (sessions - 1) / 2
        total += sessions * (prices.load[one] - market.load * before)
        slope.load[one] = sessions
    return float(total)


@in_place
def mix(direction: Floats, slope: Floats, prices: Floats, share: float) -> float:
    """Turns the direction towards the slope where that does not only push a price below 0; returns its square norm."""
    norm = 0.0
    for row in range(len(direction)):
        turned = share * direction[row] + (1 - share) * slope[row]
        if prices[row] <= 0 and turned > 0:
            turned = 0.0
        direction[row] = turned
        norm += turned * turned
    return norm


@in_place
def move(prices: Floats, direction: Floats, step: float) -> None:
    """One projected step."""
    for row in range(len(prices)):
        prices[row] = max(0.0, prices[row] - step * direction[row])


@in_place
def _sessions(market: Market, prices: Prices | Rents, one: int) -> float:
    most = float(market.caps[one].sum())
    if market.load <= 0:
        return most
    return float(min(max(np.ceil(prices.load[one] / market.load - market.loads[one]), 0.0), most))


@in_place
def _ask(market: Market, prices: Prices | Rents, asked: Floats) -> None:
    instructors, slots = prices.hour.shape
    for one in range(instructors):
        own = 0.0
        for slot in range(market.length - 1):
            own += prices.hour[one, slot]
        for slot in range(slots - market.length + 1):
            own += prices.hour[one, slot + market.length - 1]
            asked[slot, one] = own + prices.week[one, slot // market.week] + prices.load[one]
            own -= prices.hour[one, slot]
