"""A plan as the compiled search holds it: classes that can be added and taken away in a few steps."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack, fullest, pack, pack_rest, take_wanted, unpack
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.prices import Prices
from village_hub.matching.engine.tables import Bools, Ints

_LEAST = 1e-9


class Board(NamedTuple):
    """C places for classes. `served[w]` and `room[v, s]` name the class that has taken them, −1 if none has.

    `company[k]` are the people of unserved wishes that fit key k. `key`, `who`, `size`, `members[:, :size]` and `worth`
    (without load) describe class c; `diary[i, :sessions[i]]` are the classes of an instructor, `weekly` how many a
    week; `spare[:spares[0]]` are places without a class.
    """

    served: Ints
    company: Ints
    room: Ints
    sessions: Ints
    weekly: Ints
    diary: Ints
    key: Ints
    who: Ints
    size: Ints
    members: Ints
    worth: Floats
    spare: Ints
    spares: Ints


def board_for(market: Market, free: Bools, slots: int) -> Board:
    """Nothing is planned yet; only `free` wishes may join."""
    wishes, instructors = len(market.people), len(market.caps)
    venues = int(market.venue.max()) + 1
    most = max(1, int(market.caps.sum(axis=1).max()))
    places = int(min(wishes, market.caps.sum())) + 1
    company = np.add.reduceat(np.where(free, market.people, 0)[market.wish], market.wish_ptr[:-1])
    return Board(
        served=np.where(free, -1, places), company=company.astype(np.int64),
        room=np.full((venues, slots + market.length), -1),
        sessions=np.zeros(instructors, np.int64), weekly=np.zeros(market.caps.shape, np.int64),
        diary=np.zeros((instructors, most), np.int64), key=np.full(places, -1), who=np.zeros(places, np.int64),
        size=np.zeros(places, np.int64), members=np.zeros((places, int(market.highest.max())), np.int64),
        worth=np.zeros(places), spare=np.arange(places)[::-1].copy(), spares=np.array([places]),
    )  # fmt: skip


def copied(source: Board, target: Board) -> None:
    """Makes the two equal."""
    for one, other in zip(source, target, strict=True):
        other[...] = one


@in_place
def value_of_board(market: Market, board: Board) -> float:
    """Worth of all classes less the load of their instructors."""
    total = 0.0
    for place in range(len(board.key)):
        if board.key[place] >= 0:
            total += board.worth[place]
    for one in range(len(board.sessions)):
        for before in range(board.sessions[one]):
            total -= market.load * (market.loads[one] + before)
    return total


@in_place
def add(market: Market, board: Board, key: int, who: int, members: Ints, count: int, worth: float) -> int:
    """Puts a class on the board and returns its place."""
    board.spares[0] -= 1
    place = int(board.spare[board.spares[0]])
    board.key[place], board.who[place], board.size[place], board.worth[place] = key, who, count, worth
    for each in range(count):
        board.members[place, each] = members[each]
        seat(market, board, members[each], place)
    start = market.start[key]
    for slot in range(start, start + market.length):
        board.room[market.venue[key], slot] = place
    board.diary[who, board.sessions[who]] = place
    board.sessions[who] += 1
    board.weekly[who, start // market.week] += 1
    return place


@in_place
def drop(market: Market, board: Board, place: int) -> None:
    """Takes a class off the board."""
    key, who = board.key[place], board.who[place]
    for each in range(board.size[place]):
        unseat(market, board, board.members[place, each])
    start = market.start[key]
    for slot in range(start, start + market.length):
        board.room[market.venue[key], slot] = -1
    board.sessions[who] -= 1
    for at in range(board.sessions[who]):
        if board.diary[who, at] == place:
            board.diary[who, at] = board.diary[who, board.sessions[who]]
    board.weekly[who, start // market.week] -= 1
    board.key[place], board.size[place] = -1, 0
    board.spare[board.spares[0]] = place
    board.spares[0] += 1


@in_place
def seat(market: Market, board: Board, wish: int, place: int) -> None:
    """The wish is served by this class."""
    board.served[wish] = place
    for at in range(market.own_ptr[wish], market.own_ptr[wish + 1]):
        board.company[market.own_key[at]] -= market.people[wish]


@in_place
def unseat(market: Market, board: Board, wish: int) -> None:
    """The wish is served by no class any more."""
    board.served[wish] = -1
    for at in range(market.own_ptr[wish], market.own_ptr[wish + 1]):
        board.company[market.own_key[at]] += market.people[wish]


@in_place
def taken_at(market: Market, board: Board, key: int) -> int:
    """The first class that holds the room when the key needs it, −1 if none does."""
    venue, start = market.venue[key], market.start[key]
    for slot in range(start, start + market.length):
        if board.room[venue, slot] >= 0:
            return int(board.room[venue, slot])
    return -1


@in_place
def hindrance(market: Market, board: Board, who: int, key: int) -> int:
    """−1 if the instructor can come, the place of a class in the way, or −2 where what is kept stands in the way."""
    venue, start = market.venue[key], market.start[key]
    travels = len(market.apart) > 1
    for at in range(board.sessions[who]):
        place = board.diary[who, at]
        other = board.key[place]
        need = market.length
        if travels:
            need += market.apart[venue, market.venue[other]]
        if abs(start - market.start[other]) < need:
            return int(place)
    if travels:
        for at in range(market.fixed_ptr[who], market.fixed_ptr[who + 1]):
            if abs(start - market.fixed_start[at]) < market.length + market.apart[venue, market.fixed_venue[at]]:
                return -2
    week = start // market.week
    if board.weekly[who, week] >= market.caps[who, week]:
        for at in range(board.sessions[who]):
            place = board.diary[who, at]
            if market.start[board.key[place]] // market.week == week:
                return int(place)
        return -2
    return -1


@in_place
def offer(
    market: Market, board: Board, prices: Prices, asked: Floats, strength: float, key: int, sack: Sack
) -> tuple[float, int, int, float]:
    """The best class of a key from what is free: score at a share of the prices, instructor, size, worth.

    Its wishes are `sack.picked[:size]`.
    """
    nothing = (0.0, -1, 0, 0.0)
    lowest, highest = market.lowest[key], market.highest[key]
    if board.company[key] < lowest or taken_at(market, board, key) >= 0:
        return nothing
    bonus = market.bonus[key]
    hope = bonus
    count = wanted = 0
    for entry in range(market.wish_ptr[key], market.wish_ptr[key + 1]):
        wish = market.wish[entry]
        if board.served[wish] == -1:
            worth = market.gain[entry] - strength * prices.wish[wish]
            people = market.people[wish]
            sack.who[count], sack.size[count] = wish, people
            sack.worth[count], sack.real[count] = worth, market.gain[entry]
            count += 1
            if worth > 0:
                hope += worth
                wanted += people
    paid = asked[market.start[key]]
    filled, rows, score, instructor, taken, worth = False, -1, _LEAST, -1, 0, 0.0
    for_all = np.inf
    for place in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
        cost = market.cost[place]
        if hope - cost <= score or cost >= for_all:
            break
        who = market.who[place]
        cost += strength * paid[who] + market.load * (market.loads[who] + board.sessions[who])
        if hope - cost <= score:
            continue
        low, high = max(lowest, market.fewest[who]), min(highest, market.most[who])
        if low > high or hindrance(market, board, who, key) != -1:
            continue
        barred = market.barred[who] and _out(market, who, sack, count)
        if barred:
            _shut_out(market, who, sack, count)
            rows = pack(sack, count, highest)
            rows = pack_rest(sack, count, rows, low, high, highest)
            filled = False
            total = fullest(sack, low, high)
            best = sack.best[total] + bonus
        elif low <= wanted <= high:
            total, best = -1, hope
        else:
            if not filled:
                rows, filled = pack(sack, count, highest), True
            rows = pack_rest(sack, count, rows, low, high, highest)
            total = fullest(sack, low, high)
            best = sack.best[total] + bonus
        if not barred and low == lowest and high == highest:
            for_all = min(for_all, cost)
        if best - cost > score:
            score, instructor = best - cost, who
            taken = unpack(sack, rows, total) if total >= 0 else take_wanted(sack, count)
            worth = bonus - market.cost[place]
            for each in range(taken):
                worth += sack.real[sack.chosen[each]]
                sack.picked[each] = sack.who[sack.chosen[each]]
        if barred:
            for each in range(count):
                sack.worth[each] = sack.real[each] - strength * prices.wish[sack.who[each]]
    return (score, instructor, taken, worth) if instructor >= 0 else nothing


@compiled
def fill_up(
    market: Market, board: Board, prices: Prices, asked: Floats, strength: float, keys: Ints, sack: Sack
) -> None:
    """Adds the best class again and again until none is worth anything at this strength of the prices."""
    waiting = [(0.0, 0)]
    waiting.pop()
    for key in keys:
        score = offer(market, board, prices, asked, strength, key, sack)[0]
        if score > 0:
            waiting.append((-score, key))
    heapq.heapify(waiting)
    while len(waiting) > 0:
        _, key = heapq.heappop(waiting)
        score, who, count, worth = offer(market, board, prices, asked, strength, key, sack)
        if score <= 0:
            continue
        if len(waiting) > 0 and score < -waiting[0][0] - 1e-12:
            heapq.heappush(waiting, (-score, key))
            continue
        add(market, board, key, who, sack.picked, count, worth)


@in_place
def forbidden(market: Market, wish: int, who: int) -> bool:
    code = np.int64(wish) * len(market.barred) + who
    at = np.searchsorted(market.forbidden, code)
    return bool(at < len(market.forbidden) and market.forbidden[at] == code)


@in_place
def _out(market: Market, who: int, sack: Sack, count: int) -> bool:
    found = False
    for each in range(count):
        found |= forbidden(market, sack.who[each], who)
    return found


@in_place
def _shut_out(market: Market, who: int, sack: Sack, count: int) -> None:
    for each in range(count):
        if forbidden(market, sack.who[each], who):
            sack.worth[each] = -1e12
