"""Recreate: from what was freed, build again what is worth most at the prices, and let those left over join."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.board import Board, add, forbidden, offer, seat, unseat
from village_hub.matching.engine.chance import Chance, below, draw
from village_hub.matching.engine.compiled import in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.prices import Prices
from village_hub.matching.engine.tables import Ints

RUINED = 8
_OF_INSTRUCTOR = 40
_OF_WISH = 16
_FIRST = 1e9


class Work(NamedTuple):
    """What one step needs: keys to look at with their scores, and what was taken away, built and joined.

    `losses` adds up, wish by wish, what the plan loses against the prices.
    """

    losses: Floats
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


def work_for(market: Market) -> Work:
    """Room for one step."""
    keys, width = len(market.venue), int(market.highest.max())

    def numbers(count: int) -> Ints:
        return np.zeros(count, dtype=np.int64)

    return Work(
        losses=np.zeros(len(market.people)), stamp=np.full(keys, -1), keys=numbers(keys), scores=np.zeros(keys),
        seen=numbers(keys),
        freed=numbers(RUINED * width + 1), ruined=numbers(RUINED), key=numbers(RUINED), who=numbers(RUINED),
        size=numbers(RUINED), members=np.zeros((RUINED, width), dtype=np.int64), worth=np.zeros(RUINED),
        built=numbers(len(market.people) + 1), joined=numbers(RUINED * width + 1),
    )  # fmt: skip


@in_place
def complete(market: Market, board: Board, work: Work) -> None:
    """Everybody not served joins the class with room that suits them best."""
    for wish in range(len(market.people)):
        if board.served[wish] == -1:
            work.freed[0] = wish
            join(market, board, 1, work)


@in_place
def look(market: Market, board: Board, key: int, freed: int, ruined: int, work: Work, chance: Chance) -> int:
    """Notes in `work.keys` what those freed could come to or teach, `key` first; returns how many keys they are.

    Keys that not enough could come to are left out, and of many keys of one wish or instructor some are drawn.
    """
    looked = _note(market, board, work, 0, key)
    for each in range(freed):
        wish = work.freed[each]
        first = market.own_ptr[wish]
        count = market.own_ptr[wish + 1] - first
        for sample in range(min(count, _OF_WISH)):
            at = sample if count <= _OF_WISH else below(chance, count)
            looked = _note(market, board, work, looked, market.own_key[first + at])
    for each in range(ruined):
        who = work.who[each]
        first = market.their_ptr[who]
        count = market.their_ptr[who + 1] - first
        for sample in range(min(count, _OF_INSTRUCTOR)):
            at = sample if count <= _OF_INSTRUCTOR else below(chance, count)
            looked = _note(market, board, work, looked, market.their_key[first + at])
    for each in range(looked):
        work.stamp[work.keys[each]] = -1
    return looked


@in_place
def _note(market: Market, board: Board, work: Work, looked: int, key: int) -> int:
    if work.stamp[key] < 0 and board.company[key] >= market.lowest[key]:
        work.stamp[key] = 1
        work.keys[looked] = key
        looked += 1
    return looked


@in_place
def recreate(
    market: Market, board: Board, prices: Prices, asked: Floats, strength: float, noise: float, first: int, looked: int,
    sack: Sack, work: Work, chance: Chance,
) -> tuple[int, float]:  # fmt: skip
    """Adds the best class of the keys looked at again and again, `first` before all: how many, and what they gain."""
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


@in_place
def join(market: Market, board: Board, freed: int, work: Work) -> tuple[int, float]:
    """Those who were freed and not served again join classes that have room: how many do, and what that gains."""
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
            seat(market, board, wish, target)
            work.joined[joined] = wish
            joined += 1
            gained += best
    return joined, gained


@in_place
def leave(market: Market, board: Board, wish: int) -> None:
    """Takes somebody who joined out of their class again."""
    place = board.served[wish]
    for at in range(market.own_ptr[wish], market.own_ptr[wish + 1]):
        if market.own_key[at] == board.key[place]:
            board.worth[place] -= market.own_gain[at]
    for member in range(board.size[place]):
        if board.members[place, member] == wish:
            board.members[place, member] = board.members[place, board.size[place] - 1]
            break
    board.size[place] -= 1
    unseat(market, board, wish)
