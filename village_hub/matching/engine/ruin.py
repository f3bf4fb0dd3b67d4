"""Ruin and recreate: take a few classes off the board round one wish, and build again what is best at the prices.

Source: Schrimpf et al. (2000), with the prices of the bound as in Lagrangian heuristics and cooling as in annealing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.board import Board, add, drop, forbidden, hindrance, offer
from village_hub.matching.engine.chance import Chance, below, draw
from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.relaxation import Prices
from village_hub.matching.engine.tables import Ints

_RUINED = 8
_OF_INSTRUCTOR = 40
_FIRST = 1e9
_FOR_THE_BEST = 0.5


class Work(NamedTuple):
    """What one step needs: keys to look at with their scores, and what was taken away, built and joined."""

    stamp: Ints
    keys: Ints
    scores: Floats
    seen: Ints
    freed: Ints
    ruined: Ints
    key: Ints
    who: Ints
    size: Ints
    members: Ints
    worth: Floats
    built: Ints
    joined: Ints


class Heat(NamedTuple):
    """`strength` of the prices varies by `spread`, scores by `noise`; `warmth` is the loss that is often accepted."""

    strength: float
    spread: float
    noise: float
    warmth: float


def work_for(market: Market) -> Work:
    """Room for one step."""
    keys, width = len(market.venue), int(market.highest.max())

    def numbers(count: int) -> Ints:
        return np.zeros(count, dtype=np.int64)

    return Work(
        stamp=np.full(keys, -1), keys=numbers(keys), scores=np.zeros(keys), seen=numbers(keys),
        freed=numbers(_RUINED * width + 1), ruined=numbers(_RUINED), key=numbers(_RUINED), who=numbers(_RUINED),
        size=numbers(_RUINED), members=np.zeros((_RUINED, width), dtype=np.int64), worth=np.zeros(_RUINED),
        built=numbers(len(market.people) + 1), joined=numbers(_RUINED * width + 1),
    )  # fmt: skip


@compiled
def search(
    market: Market, board: Board, prices: Prices, asked: Floats, sack: Sack, work: Work, seeds: Ints, chance: Chance,
    steps: int, heat: Heat,
) -> float:  # fmt: skip
    """So many steps, each kept where the plan does not lose or loses little while it is warm; returns what was won."""
    won = 0.0
    for _ in range(steps):
        wish = seeds[below(chance, len(seeds))]
        first, last = market.own_ptr[wish], market.own_ptr[wish + 1]
        if first == last:
            continue
        key = market.own_key[first + below(chance, last - first)]
        ruined = _ruin(market, board, asked, key, wish, work, chance)
        change, freed = _take_away(market, board, wish, ruined, work)
        looked = _look(market, board, key, freed, ruined, work, chance)
        strength = heat.strength * (1 - heat.spread * draw(chance))
        built, gained = _recreate(market, board, prices, asked, strength, heat.noise, key, looked, sack, work, chance)
        joined, further = _join(market, board, freed, work)
        change += gained + further
        if change >= -1e-9 or (heat.warmth > 0 and draw(chance) < np.exp(change / heat.warmth)):
            won += change
            continue
        for each in range(joined - 1, -1, -1):
            _leave(market, board, work.joined[each])
        for each in range(built - 1, -1, -1):
            drop(market, board, work.built[each])
        for each in range(ruined):
            add(market, board, work.key[each], work.who[each], work.members[each], work.size[each], work.worth[each])
    return won


@compiled
def complete(market: Market, board: Board, work: Work) -> None:
    """Everybody not served joins the class with room that suits them best."""
    for wish in range(len(market.people)):
        if board.served[wish] == -1:
            work.freed[0] = wish
            _join(market, board, 1, work)


@compiled
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


@compiled
def _cheapest(market: Market, asked: Floats, key: int) -> int:
    """The instructor who asks least at these prices, busy or not."""
    best, who = np.inf, -1
    for place in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
        one = market.who[place]
        cost = market.cost[place] + asked[market.start[key], one]
        if cost < best:
            best, who = cost, one
    return who


@compiled
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


@compiled
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


@compiled
def _marked(work: Work, ruined: int, place: int) -> bool:
    found = False
    for each in range(ruined):
        found |= work.ruined[each] == place
    return found


@compiled
def _mark(work: Work, ruined: int, place: int) -> int:
    if ruined == _RUINED or _marked(work, ruined, place):
        return ruined
    work.ruined[ruined] = place
    return ruined + 1


@compiled
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


@compiled
def _look(market: Market, board: Board, key: int, freed: int, ruined: int, work: Work, chance: Chance) -> int:
    """Keys of freed wishes, rooms and instructors."""
    looked = _note(work, 0, key)
    for each in range(freed):
        wish = work.freed[each]
        for place in range(market.own_ptr[wish], market.own_ptr[wish + 1]):
            looked = _note(work, looked, market.own_key[place])
    for each in range(ruined):
        who = work.who[each]
        first = market.their_ptr[who]
        count = market.their_ptr[who + 1] - first
        for sample in range(min(count, _OF_INSTRUCTOR)):
            at = sample if count <= _OF_INSTRUCTOR else below(chance, count)
            looked = _note(work, looked, market.their_key[first + at])
    for each in range(looked):
        work.stamp[work.keys[each]] = -1
    return looked


@compiled
def _note(work: Work, looked: int, key: int) -> int:
    if work.stamp[key] < 0:
        work.stamp[key] = 1
        work.keys[looked] = key
        looked += 1
    return looked


@compiled
def _recreate(
    market: Market, board: Board, prices: Prices, asked: Floats, strength: float, noise: float, first: int, looked: int,
    sack: Sack, work: Work, chance: Chance,
) -> tuple[int, float]:  # fmt: skip
    built, gained = 0, 0.0
    alive = 0
    for each in range(looked):
        key = work.keys[each]
        score = offer(market, board, prices, asked, strength, key, sack)[0]
        if score > 0:
            work.keys[alive], work.seen[alive] = key, 0
            work.scores[alive] = score * (1 + noise * draw(chance)) + (_FIRST if key == first else 0.0)
            alive += 1
    while alive > 0:
        best = 0
        for each in range(1, alive):
            if work.scores[each] > work.scores[best]:
                best = each
        key = work.keys[best]
        score, who, count, worth = offer(market, board, prices, asked, strength, key, sack)
        if score > 0 and (work.seen[best] == built or score >= work.scores[best] / (1 + noise)):
            gained += worth - market.load * (market.loads[who] + board.sessions[who])
            work.built[built] = add(market, board, key, who, sack.picked, count, worth)
            built += 1
        elif score > 0:
            work.scores[best], work.seen[best] = score * (1 + noise * draw(chance)), built
            continue
        alive -= 1
        work.keys[best], work.scores[best], work.seen[best] = work.keys[alive], work.scores[alive], work.seen[alive]
    return built, gained


@compiled
def _join(market: Market, board: Board, freed: int, work: Work) -> tuple[int, float]:
    """Those who were freed and not served again join classes that have room for them."""
    joined, gained = 0, 0.0
    for each in range(freed):
        wish = work.freed[each]
        if board.served[wish] != -1:
            continue
        best, target = 0.0, -1
        for at in range(market.own_ptr[wish], market.own_ptr[wish + 1]):
            key = market.own_key[at]
            place = board.room[market.venue[key], market.start[key]]
            if place >= 0 and board.key[place] == key and market.own_gain[at] > best:
                people = market.people[wish]
                for member in range(board.size[place]):
                    people += market.people[board.members[place, member]]
                who = board.who[place]
                if people <= min(market.highest[key], market.most[who]) and not (
                    market.barred[who] and forbidden(market, wish, who)
                ):
                    best, target = market.own_gain[at], place
        if target >= 0:
            board.members[target, board.size[target]] = wish
            board.size[target] += 1
            board.worth[target] += best
            board.served[wish] = target
            work.joined[joined] = wish
            joined += 1
            gained += best
    return joined, gained


@compiled
def _leave(market: Market, board: Board, wish: int) -> None:
    place = board.served[wish]
    for at in range(market.own_ptr[wish], market.own_ptr[wish + 1]):
        if market.own_key[at] == board.key[place]:
            board.worth[place] -= market.own_gain[at]
    for member in range(board.size[place]):
        if board.members[place, member] == wish:
            board.members[place, member] = board.members[place, board.size[place] - 1]
            break
    board.size[place] -= 1
    board.served[wish] = -1
