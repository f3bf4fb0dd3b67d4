"""The relaxed problem at given prices, and how prices move: the compiled half of the bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack, fullest, pack, pack_rest, take_wanted, unpack
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.tables import Ints


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


@compiled
def relax(
    market: Market, prices: Prices, keys: Ints, sack: Sack, slope: Prices, hopes: Floats, groups: Groups, keep: bool
) -> float:
    """The value of the relaxed problem over `keys` (rising), with its slope.

    `hopes[k]` becomes an optimistic value of each key. The bound is only valid where `keys` are all there are.
    """
    total, asked = of_instructors(market, prices, slope) + prices.wish.sum(), asked_of(market, prices)
    slots, width = prices.hour.shape[1], sack.best.shape[0]
    day = Day(
        np.empty(slots, np.int64), np.empty(slots), np.empty(slots, np.int64), np.empty(slots, np.int64),
        np.empty(slots, np.int64), np.empty((slots, width), np.int64), np.empty(slots + 1),
    )  # fmt: skip
    likely = np.empty(len(hopes))
    return float(total + _relax_venues(market, prices, keys, sack, slope, hopes, groups, keep, asked, likely, day))


@in_place
def _relax_venues(
    market: Market, prices: Prices, keys: Ints, sack: Sack, slope: Prices, hopes: Floats, groups: Groups, keep: bool,
    asked: Floats, likely: Floats, day: Day,
) -> float:  # fmt: skip
    """What the best disjoint classes of all venues are worth at these prices."""
    total = 0.0
    for wish in range(len(slope.wish)):
        slope.wish[wish] = 0.0 if market.lone[wish] else 1.0
    place = 0
    while place < len(keys):
        venue = market.venue[keys[place]]
        hours = 0
        while place < len(keys) and market.venue[keys[place]] == venue:
            start = market.start[keys[place]]
            first = place
            leader = keys[first]
            while place < len(keys) and market.venue[keys[place]] == venue and market.start[keys[place]] == start:
                key = keys[place]
                likely[key] = hopes[key] = _hope(market, prices, key)
                if hopes[key] > 0:
                    likely[key] += market.cost[market.crew_ptr[key]] - _least_asked(market, asked, key)
                if likely[key] > likely[leader]:
                    leader = key
                place += 1
            best = 0.0
            found = -1
            for at in range(first - 1, place):
                key = leader if at < first else keys[at]
                if likely[key] <= best or (at >= first and key == leader):
                    continue
                worth, who, count = _best_class(market, prices, asked, key, best, sack, hopes)
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
def _hope(market: Market, prices: Prices, key: int) -> float:
    """What a key could be worth if everybody worth something came and the nearest instructor asked for nothing."""
    hope = market.bonus[key] - market.cost[market.crew_ptr[key]]
    for entry in range(market.wish_ptr[key], market.wish_ptr[key + 1]):
        hope += max(market.gain[entry] - prices.wish[market.wish[entry]], 0.0)
    return float(hope)


@in_place
def _wanted(market: Market, prices: Prices, key: int) -> int:
    """How many people are worth something at these prices."""
    people = 0
    for entry in range(market.wish_ptr[key], market.wish_ptr[key + 1]):
        wish = market.wish[entry]
        people += market.people[wish] * (market.gain[entry] > prices.wish[wish])
    return people


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
    market: Market, prices: Prices, asked: Floats, key: int, least: float, sack: Sack, hopes: Floats
) -> tuple[float, int, int]:
    """The best class of a key if it is worth more than `least`: worth, instructor, and how many of `sack.chosen`."""
    begin, end = market.crew_ptr[key], market.crew_ptr[key + 1]
    hope, wanted = hopes[key] + market.cost[begin], _wanted(market, prices, key)
    count = market.wish_ptr[key + 1] - market.wish_ptr[key]
    paid = asked[market.start[key]]
    filled, rows, who, size = False, -1, -1, -1
    best, cheapest, for_all = least, np.inf, np.inf
    for place in range(begin, end):
        cost = market.cost[place]
        if hope - cost <= best or cost >= for_all:
            break
        one = market.who[place]
        cost += paid[one]
        cheapest = min(cheapest, cost)
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
            rows = pack_rest(sack, count, rows, low, high, market.highest[key])
            total = fullest(sack, low, high)
            worth = sack.best[total] + market.bonus[key]
        if worth - cost > best:
            best, who, size = worth - cost, one, total
    hopes[key] = hope - cheapest
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
def asked_of(market: Market, prices: Prices | Rents) -> Floats:
    """What an instructor asks for a class from each half hour on (S × I): hours, week and session."""
    instructors, slots = prices.hour.shape
    asked = np.empty((slots, instructors))
    _ask(market, prices, asked)
    return asked


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


@compiled
def reduced_values(market: Market, prices: Prices, sack: Sack) -> Floats:
    """The best class of each key at these prices, whatever it is worth."""
    hopes = np.zeros(len(market.venue))
    asked = asked_of(market, prices)
    for key in range(len(market.venue)):
        hopes[key] = _hope(market, prices, key)
        hopes[key] = _best_class(market, prices, asked, key, -1e12, sack, hopes)[0]
    return hopes
