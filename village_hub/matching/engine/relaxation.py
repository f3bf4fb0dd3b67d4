"""The relaxed problem at given prices: the compiled half of the bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack, fullest, last_seat, pack, pack_rest, take_wanted, unpack
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.prices import Prices, asked_of, of_instructors
from village_hub.matching.engine.tables import Ints


class Day(NamedTuple):
    """Hour by hour the best class of one venue, and the best value of the first n hours (`reached[n]`)."""

    start: Ints
    value: Floats
    key: Ints
    who: Ints
    size: Ints
    members: Ints
    reached: Floats


class Groups(NamedTuple):
    """Groups chosen on the way: `key` and `members` (−1 after the last) up to `used[0]`; later ones are dropped."""

    key: Ints
    members: Ints
    used: Ints


class Outlook(NamedTuple):
    """What earlier prices say about each key, so that most need not be looked at again.

    `seats[k]` ≥ 0 is what one more seat was worth when a class of key k was last filled; `hopes[k]` at most what the
    key was worth when `fallen[0]` was `seen[k]`: by so much, adding up its steps, no price of a wish has fallen since
    the beginning. `paid` are the wishes' prices of the last step.
    """

    seats: Floats
    hopes: Floats
    seen: Floats
    paid: Floats
    fallen: Floats


def outlook_for(market: Market) -> Outlook:
    """Nothing is known."""
    keys = len(market.venue)
    return Outlook(np.zeros(keys), np.full(keys, np.inf), np.zeros(keys), np.zeros(len(market.people)), np.zeros(1))


@compiled
def relax(
    market: Market, prices: Prices, sack: Sack, slope: Prices, outlook: Outlook, groups: Groups, keep: bool
) -> float:
    """The value of the relaxed problem, with its slope; all calls with one `outlook` are steps of one way."""
    total, asked = of_instructors(market, prices, slope) + prices.wish.sum(), asked_of(market, prices)
    slots, width = prices.hour.shape[1], sack.best.shape[0]
    day = Day(
        np.empty(slots, np.int64), np.empty(slots), np.empty(slots, np.int64), np.empty(slots, np.int64),
        np.empty(slots, np.int64), np.empty((slots, width), np.int64), np.empty(slots + 1),
    )  # fmt: skip
    likely = np.empty(len(market.venue))
    _look_ahead(market, prices, asked, outlook, likely)
    return float(total + _relax_venues(market, prices, sack, slope, outlook.seats, groups, keep, asked, likely, day))


@in_place
def _look_ahead(market: Market, prices: Prices, asked: Floats, outlook: Outlook, likely: Floats) -> None:
    """What each key can be worth at most; in two turns, since the first, over everything, is short and fast."""
    fallen = _fallen(prices, outlook)
    for key in range(len(likely)):
        most = market.wish_ptr[key + 1] - market.wish_ptr[key]
        if outlook.hopes[key] + most * (fallen - outlook.seen[key]) > 0:
            outlook.hopes[key] = _hope(market, prices, outlook.seats[key], key) - market.cost[market.crew_ptr[key]]
            outlook.seen[key] = fallen
            likely[key] = outlook.hopes[key]
        else:
            likely[key] = 0.0
    for key in range(len(likely)):
        if likely[key] > 0:
            likely[key] += market.cost[market.crew_ptr[key]] - _least_asked(market, asked, key)


@in_place
def _fallen(prices: Prices, outlook: Outlook) -> float:
    """Adds the longest fall of a wish's price in this step."""
    most = 0.0
    for wish in range(len(outlook.paid)):
        most = max(most, outlook.paid[wish] - prices.wish[wish])
        outlook.paid[wish] = prices.wish[wish]
    outlook.fallen[0] += most
    return float(outlook.fallen[0])


@in_place
def _relax_venues(
    market: Market, prices: Prices, sack: Sack, slope: Prices, seats: Floats, groups: Groups, keep: bool,
    asked: Floats, likely: Floats, day: Day,
) -> float:  # fmt: skip
    """What the best disjoint classes of all venues are worth at these prices; none is worth more than `likely`."""
    total = 0.0
    for wish in range(len(slope.wish)):
        slope.wish[wish] = 0.0 if market.lone[wish] else 1.0
    next_key = 0
    while next_key < len(likely):
        venue = market.venue[next_key]
        hours = 0
        while next_key < len(likely) and market.venue[next_key] == venue:
            start = market.start[next_key]
            first = leader = next_key
            while next_key < len(likely) and market.venue[next_key] == venue and market.start[next_key] == start:
                if likely[next_key] > likely[leader]:
                    leader = next_key
                next_key += 1
            best = 0.0
            found = -1
            for at in range(first - 1, next_key):
                key = leader if at < first else at
                if likely[key] <= best or at == leader:
                    continue
                worth, who, count = _best_class(market, prices, asked, key, best, sack, seats)
                if worth > best:
                    best, found = worth, key
                    day.who[hours], day.size[hours] = who, count
                    for each in range(count):
                        day.members[hours, each] = sack.who[sack.chosen[each]]
            if found >= 0:
                day.start[hours], day.value[hours], day.key[hours] = start, best, found
                hours += 1
        if market.single[venue]:
            hours = _best_alone(day, hours)
        total += _choose_disjoint(day, hours, market.length)
        hour = hours
        while hour > 0:
            if day.reached[hour] == day.reached[hour - 1]:
                hour -= 1
                continue
            hour -= 1
            who, start, size = day.who[hour], day.start[hour], day.size[hour]
            for each in range(size):
                if not market.lone[day.members[hour, each]]:
                    slope.wish[day.members[hour, each]] -= 1.0
            for slot in range(start, start + market.length):
                slope.hour[who, slot] -= 1.0
            slope.week[who, start // market.week] -= 1.0
            slope.load[who] -= 1.0
            at = groups.used[0]
            if keep and at < len(groups.key):
                groups.key[at] = day.key[hour]
                for each in range(groups.members.shape[1]):
                    groups.members[at, each] = day.members[hour, each] if each < size else -1
                groups.used[0] += 1
            hour = np.searchsorted(day.start[:hour], start - market.length, side="right")
    return total


@in_place
def _hope(market: Market, prices: Prices, seat: float, key: int) -> float:
    """At most what a key's people are worth, for any price of a seat: the knapsack's own relaxation (Dantzig 1957)."""
    hope = market.bonus[key] + seat * market.highest[key]
    for entry in range(market.wish_ptr[key], market.wish_ptr[key + 1]):
        wish = market.wish[entry]
        hope += max(market.gain[entry] - prices.wish[wish] - seat * market.people[wish], 0.0)
    return float(hope)


@in_place
def _wanted(market: Market, prices: Prices, key: int) -> tuple[int, float]:
    """How many people are worth something at these prices, and what they are worth together."""
    people, worth = 0, market.bonus[key]
    for entry in range(market.wish_ptr[key], market.wish_ptr[key + 1]):
        wish = market.wish[entry]
        if market.gain[entry] > prices.wish[wish]:
            people += market.people[wish]
            worth += market.gain[entry] - prices.wish[wish]
    return people, float(worth)


@in_place
def _least_asked(market: Market, asked: Floats, key: int) -> float:
    """Travel and prices of the instructor who costs least."""
    paid, least = asked[market.start[key]], np.inf
    for place in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
        if market.cost[place] >= least:
            break
        least = min(least, market.cost[place] + paid[market.who[place]])
    return float(least)


@in_place
def _best_class(
    market: Market, prices: Prices, asked: Floats, key: int, least: float, sack: Sack, seats: Floats
) -> tuple[float, int, int]:
    """The best class of a key if it is worth more than `least`: worth, instructor, and how many of `sack.chosen`."""
    begin, end = market.crew_ptr[key], market.crew_ptr[key + 1]
    wanted, hope = _wanted(market, prices, key)
    count = market.wish_ptr[key + 1] - market.wish_ptr[key]
    paid = asked[market.start[key]]
    filled, rows, who, size = False, -1, -1, -1
    best, for_all = least, np.inf
    seats[key] = 0.0
    for place in range(begin, end):
        cost = market.cost[place]
        if hope - cost <= best or cost >= for_all:
            break
        one = market.who[place]
        cost += paid[one]
        low, high = max(market.lowest[key], market.fewest[one]), min(market.highest[key], market.most[one])
        if low == market.lowest[key] and high == market.highest[key]:
            for_all = min(for_all, cost)
        if hope - cost <= best or low > high:
            continue
        worth, total = hope, -1
        if not low <= wanted <= high:
            if not filled:
                fill(market, prices, key, sack)
                rows, filled = pack(sack, count, market.highest[key]), True
                seats[key] = last_seat(sack, market.highest[key])
            rows = pack_rest(sack, count, rows, low, high, market.highest[key])
            total = fullest(sack, low, high)
            worth = sack.best[total] + market.bonus[key]
        if worth - cost > best:
            best, who, size = worth - cost, one, total
    if who < 0:
        return 0.0, -1, 0
    if size >= 0:
        return best, who, unpack(sack, rows, size)
    if not filled:
        fill(market, prices, key, sack)
    return best, who, take_wanted(sack, count)


@in_place
def fill(market: Market, prices: Prices, key: int, sack: Sack) -> None:
    """Puts everybody who fits the key into the sack."""
    first = market.wish_ptr[key]
    for entry in range(first, market.wish_ptr[key + 1]):
        wish = market.wish[entry]
        sack.who[entry - first] = wish
        sack.size[entry - first] = market.people[wish]
        sack.worth[entry - first] = market.gain[entry] - prices.wish[wish]


@in_place
def _best_alone(day: Day, hours: int) -> int:
    """Leaves only the best hour: whoever is alone at a venue comes there once, so their wish needs no price."""
    if hours == 0:
        return 0
    best = 0
    for hour in range(1, hours):
        if day.value[hour] > day.value[best]:
            best = hour
    day.start[0], day.value[0], day.key[0] = day.start[best], day.value[best], day.key[best]
    day.who[0], day.size[0] = day.who[best], day.size[best]
    for each in range(day.size[best]):
        day.members[0, each] = day.members[best, each]
    return 1


@in_place
def _choose_disjoint(day: Day, hours: int, length: int) -> float:
    """Weighted interval scheduling: `reached[n]` is the best of the first n classes that do not overlap."""
    reached = day.reached
    reached[0] = 0.0
    for hour in range(hours):
        before = np.searchsorted(day.start[:hour], day.start[hour] - length, side="right")
        reached[hour + 1] = max(reached[hour], day.value[hour] + reached[before])
    return float(reached[hours])


@compiled
def reduced_values(market: Market, prices: Prices, sack: Sack) -> Floats:
    """The best class of each key at these prices, whatever it is worth."""
    values, seats = np.zeros(len(market.venue)), np.zeros(len(market.venue))
    asked = asked_of(market, prices)
    for key in range(len(market.venue)):
        values[key] = _best_class(market, prices, asked, key, -1e12, sack, seats)[0]
    return values
