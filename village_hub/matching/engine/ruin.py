"""Ruin: take a few classes off the board round one wish, build again what is best, keep it or go back.

Source: Schrimpf et al. (2000), with the prices of the bound as in Lagrangian heuristics and cooling as in annealing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.board import Board, add, drop, hindrance
from village_hub.matching.engine.chance import Chance, below, draw
from village_hub.matching.engine.compiled import in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.prices import Prices
from village_hub.matching.engine.recreate import RUINED, Work, join, leave, look, recreate
from village_hub.matching.engine.tables import Ints

_NOTHING = 1e-9
_FOR_THE_BEST = 0.5
_WHERE_IT_LOSES = 0.8  # of the steps begin where the plan is furthest from what the prices promise


class Heat(NamedTuple):
    """`strength` of the prices varies by `spread`, scores by `noise`; `warmth` is the loss that is often accepted."""

    strength: float
    spread: float
    noise: float
    warmth: float


@in_place
def search(
    market: Market, board: Board, prices: Prices, asked: Floats, reduced: Floats, sack: Sack, work: Work, seeds: Ints,
    chance: Chance, steps: int, heat: Heat,
) -> float:  # fmt: skip
    """So many steps, each kept where the plan wins, or loses nothing or little while it is warm; returns what was won.

    A step begins with one of the `seeds`, mostly where the plan loses against the prices (complementary slackness, read
    as a list of what to do), and with the better of two of its keys, by their `reduced` values.
    """
    won, lost = 0.0, _add_up_losses(market, board, prices, asked, seeds, work.losses)
    for _ in range(steps):
        wish = _begin(seeds, work.losses, lost, chance)
        first, last = market.own_ptr[wish], market.own_ptr[wish + 1]
        if first == last:
            continue
        key = market.own_key[first + below(chance, last - first)]
        other = market.own_key[first + below(chance, last - first)]
        if reduced[other] > reduced[key]:
            key = other
        ruined = _ruin(market, board, asked, key, wish, work, chance)
        change, freed = _take_away(market, board, wish, ruined, work)
        looked = look(market, board, key, freed, ruined, work, chance)
        strength = heat.strength * (1 - heat.spread * draw(chance))
        built, gained = recreate(market, board, prices, asked, strength, heat.noise, key, looked, sack, work, chance)
        joined, further = join(market, board, freed, work)
        change += gained + further
        if change > _NOTHING or (heat.warmth > 0 and draw(chance) < np.exp(change / heat.warmth)):
            won += change
            continue
        for each in range(joined - 1, -1, -1):
            leave(market, board, work.joined[each])
        for each in range(built - 1, -1, -1):
            drop(market, board, work.built[each])
        for each in range(ruined):
            add(market, board, work.key[each], work.who[each], work.members[each], work.size[each], work.worth[each])
    return won


@in_place
def _begin(seeds: Ints, losses: Floats, lost: float, chance: Chance) -> int:
    if lost <= 0 or draw(chance) >= _WHERE_IT_LOSES:
        return int(seeds[below(chance, len(seeds))])
    at = int(np.searchsorted(losses[: len(seeds)], draw(chance) * lost, side="right"))
    return int(seeds[min(at, len(seeds) - 1)])


@in_place
def _add_up_losses(market: Market, board: Board, prices: Prices, asked: Floats, seeds: Ints, losses: Floats) -> float:
    """What is lost with the first n seeds: the price of who is unserved, a share of what a class costs too much."""
    total = 0.0
    for each in range(len(seeds)):
        place = board.served[seeds[each]]
        if place == -1:
            total += prices.wish[seeds[each]]
        elif board.key[place] >= 0:
            paid = asked[market.start[board.key[place]], board.who[place]]
            for member in range(board.size[place]):
                paid += prices.wish[board.members[place, member]]
            total += max(0.0, paid - board.worth[place]) / board.size[place]
        losses[each] = total
    return total


@in_place
def _ruin(market: Market, board: Board, asked: Floats, key: int, wish: int, work: Work, chance: Chance) -> int:
    """Chooses classes to take away so that the key could be held, and some that its people are in."""
    ruined = 0
    limit = 1 + below(chance, 4)
    if board.served[wish] >= 0:
        ruined = _mark(work, ruined, board.served[wish])
    venue, start = market.venue[key], market.start[key]
    for slot in range(start, start + market.length):
        if board.room[venue, slot] >= 0:
            ruined = _mark(work, ruined, board.room[venue, slot])
    if draw(chance) < _FOR_THE_BEST:
        ruined = _clear(market, board, _cheapest(market, asked, key), key, work, ruined)
    else:
        ruined = _free_somebody(market, board, key, work, ruined, chance)
    first = market.wish_ptr[key]
    count = market.wish_ptr[key + 1] - first
    offset = below(chance, count)
    for each in range(count):
        if ruined >= limit:
            break
        place = board.served[market.wish[first + (offset + each) % count]]
        if place >= 0:
            ruined = _mark(work, ruined, place)
    return ruined


@in_place
def _cheapest(market: Market, asked: Floats, key: int) -> int:
    """The instructor who asks least at these prices, busy or not."""
    best, who = np.inf, -1
    for place in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
        one = market.who[place]
        cost = market.cost[place] + asked[market.start[key], one]
        if cost < best:
            best, who = cost, one
    return who


@in_place
def _clear(market: Market, board: Board, who: int, key: int, work: Work, ruined: int) -> int:
    """Marks the classes of the instructor that stand in the way of the key."""
    start, week = market.start[key], market.start[key] // market.week
    over = board.weekly[who, week] - market.caps[who, week] + 1
    for at in range(board.sessions[who]):
        place = board.diary[who, at]
        other = board.key[place]
        need = market.length
        if len(market.apart) > 1:
            need += market.apart[market.venue[key], market.venue[other]]
        if abs(start - market.start[other]) < need:
            over -= market.start[other] // market.week == week
            ruined = _mark(work, ruined, place)
    for at in range(board.sessions[who]):
        place = board.diary[who, at]
        if over > 0 and market.start[board.key[place]] // market.week == week and not _marked(work, ruined, place):
            over -= 1
            ruined = _mark(work, ruined, place)
    return ruined


@in_place
def _free_somebody(market: Market, board: Board, key: int, work: Work, ruined: int, chance: Chance) -> int:
    """Marks a class of somebody by chance where nobody who could teach the key is free."""
    in_the_way, busy = -1, 0
    for place in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
        other = hindrance(market, board, market.who[place], key)
        if other == -1 or (other >= 0 and _marked(work, ruined, other)):
            return ruined
        if other >= 0:
            busy += 1
            if below(chance, busy) == 0:
                in_the_way = other
    return _mark(work, ruined, in_the_way) if in_the_way >= 0 else ruined


@in_place
def _marked(work: Work, ruined: int, place: int) -> bool:
    found = False
    for each in range(ruined):
        found |= work.ruined[each] == place
    return found


@in_place
def _mark(work: Work, ruined: int, place: int) -> int:
    if ruined == RUINED or _marked(work, ruined, place):
        return ruined
    work.ruined[ruined] = place
    return ruined + 1


@in_place
def _take_away(market: Market, board: Board, wish: int, ruined: int, work: Work) -> tuple[float, int]:
    """Drops the chosen classes, remembers them, and returns what that changes and how many wishes are free."""
    change, freed = 0.0, 0
    if board.served[wish] < 0:
        work.freed[0] = wish
        freed = 1
    for each in range(ruined):
        place = work.ruined[each]
        work.key[each], work.who[each] = board.key[place], board.who[place]
        work.size[each], work.worth[each] = board.size[place], board.worth[place]
        for member in range(board.size[place]):
            work.members[each, member] = board.members[place, member]
            work.freed[freed] = board.members[place, member]
            freed += 1
        drop(market, board, place)
        who = work.who[each]
        change += market.load * (market.loads[who] + board.sessions[who]) - work.worth[each]
    return change, freed
