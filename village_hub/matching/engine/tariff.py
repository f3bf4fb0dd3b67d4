"""Prices by name, so that the next run can start from those of the last."""

from __future__ import annotations

import numpy as np

from village_hub.matching.engine.market import Market
from village_hub.matching.engine.plan import Tariff
from village_hub.matching.engine.prices import Prices
from village_hub.matching.engine.tables import Tables


def no_prices(tables: Tables, market: Market) -> Prices:
    """Nobody pays anything."""
    hours = np.zeros((len(market.caps), tables.slots))
    return Prices(np.zeros(len(market.people)), hours, np.zeros(market.caps.shape), np.zeros(len(market.caps)))


def first_prices(tables: Tables, market: Market) -> Prices:
    """Every wish pays what its best class leaves it."""
    cost = market.cost[market.crew_ptr[:-1]]
    company = np.add.reduceat(tables.people[market.wish], market.wish_ptr[:-1])
    each = np.repeat(cost / np.minimum(company, market.highest), np.diff(market.wish_ptr))
    wish = np.zeros(len(tables.wishes))
    np.maximum.at(wish, market.wish, market.gain - each * tables.people[market.wish])
    wish[market.lone] = 0.0
    hour = np.zeros((len(tables.instructors), tables.slots))
    return Prices(wish, hour, np.zeros(market.caps.shape), market.load * market.loads)


def tariff_of(tables: Tables, prices: Prices) -> Tariff:
    """The prices with the names of those they belong to."""
    return Tariff(
        wishes={wish.id: float(price) for wish, price in zip(tables.wishes, prices.wish.tolist(), strict=True)},
        instructors={
            one.id: (prices.hour[row].copy(), prices.week[row].copy(), float(prices.load[row]))
            for row, one in enumerate(tables.instructors)
        },
    )


def warm_prices(tables: Tables, market: Market, tariff: Tariff) -> Prices:
    """The prices of an earlier run for whoever was in it, first prices for everybody new."""
    prices = first_prices(tables, market)
    for row, wish in enumerate(tables.wishes):
        if not market.lone[row]:
            prices.wish[row] = tariff.wishes.get(wish.id, prices.wish[row])
    for row, one in enumerate(tables.instructors):
        if one.id in tariff.instructors:
            hour, week, prices.load[row] = tariff.instructors[one.id]
            slots, weeks = min(len(hour), tables.slots), min(len(week), prices.week.shape[1])
            prices.hour[row, :slots], prices.week[row, :weeks] = hour[:slots], week[:weeks]
    return prices
