"""From candidates and prices to a plan: a first plan, ruin and recreate over promising keys, and a careful end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from village_hub.matching.engine.board import (
    Board,
    add,
    board_for,
    copied,
    fill_up,
    hindrance,
    taken_at,
    value_of_board,
)
from village_hub.matching.engine.bound import a_sack
from village_hub.matching.engine.candidates import Candidates
from village_hub.matching.engine.columns import Column, agree, column_of
from village_hub.matching.engine.draft import limits_of
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.market import Market, market_of
from village_hub.matching.engine.plan import Plan
from village_hub.matching.engine.prices import Prices, asked_of
from village_hub.matching.engine.recreate import complete, work_for
from village_hub.matching.engine.relaxation import reduced_values
from village_hub.matching.engine.ruin import Heat, search
from village_hub.matching.engine.tables import Ints, Tables
from village_hub.matching.engine.tariff import no_prices

_STRENGTHS = (0.6, 0.8, 0.9)
_KEYS_PER_WISH = 1.2
_FEWEST_KEYS = 1_500
_WARMTH, _LUKEWARM = 0.17, 0.1  # of the worth of an average class
_COLD = 0.95
_AT_ONCE = 250
_SEEDS_PER_STEP = 8  # at least so many steps at once that looking at the whole plan takes a small part of the time


def greedy(tables: Tables, found: Candidates, market: Market, first: Iterable[Column] = ()) -> Board:
    """The best class again and again, without prices; `first` classes stand where they still fit."""
    board = stand(tables, market, first)
    prices = no_prices(tables, market)
    fill_up(market, board, prices, asked_of(market, prices), 0.0, np.arange(len(found)), a_sack(market))
    return board


def stand(tables: Tables, market: Market, columns: Iterable[Column]) -> Board:
    """A board with these classes, as far as they fit beside each other."""
    board = board_for(market, tables.free, tables.slots)
    for column in columns:
        _put(market, board, column)
    return board


def improved(
    tables: Tables, found: Candidates, market: Market, prices: Prices, start: Board, *,
    steps: int, seed: int, keep_going: Callable[[], bool], spent: Callable[[], float], is_warm: bool = False,
    is_mended: bool = False,
) -> tuple[list[Column], int]:  # fmt: skip
    """The best plan met in so many steps of ruin and recreate, and the steps taken.

    `is_warm` says that the plan so far was searched for before: less is given up on the way. With `is_mended` nothing
    is given up: every step wins or changes nothing.
    """
    keys, reduced = promising(tables, found, market, prices, start)
    few = found.only(keys)
    narrow = market_of(tables, few)
    asked, sack, work = asked_of(narrow, prices), a_sack(narrow), work_for(narrow)
    if is_warm or is_mended:
        board = _moved(tables, few, narrow, start, keys)
    else:
        board = _first_board(tables, few, narrow, prices, asked, start, keys)
    best = board_for(narrow, tables.free, tables.slots)
    copied(board, best)
    top = value_of_board(narrow, board)
    share = 0.0 if is_mended else _LUKEWARM if is_warm else _WARMTH
    warmth = share * top / max(1, int((board.key >= 0).sum()))
    chance = np.array([0x9E3779B97F4A7C15 ^ (seed * 2 + 1)], dtype=np.uint64)
    seeds = np.flatnonzero(np.diff(narrow.own_ptr) > 0)
    if not len(seeds):
        steps = 0
    taken = 0
    at_once = max(1, min(max(_AT_ONCE, len(seeds) // _SEEDS_PER_STEP), steps // 20))
    while taken < steps and keep_going():
        done = max(taken / steps, spent())
        if done >= 1:
            break
        heat = Heat(1.0, 0.3, 0.03, warmth * max(0.0, 1 - done / _COLD))
        search(narrow, board, prices, asked, reduced, sack, work, seeds, chance, at_once, heat)
        taken += at_once
        value = value_of_board(narrow, board)
        if value > top + 1e-9:
            top = value
            copied(board, best)
    return columns_of(tables, found, best, keys), taken


def finished(tables: Tables, found: Candidates, market: Market, columns: Iterable[Column]) -> list[Column]:
    """Nobody could still join and no class be added, over all keys."""
    board = greedy(tables, found, market, columns)
    complete(market, board, work_for(market))
    return columns_of(tables, found, board, np.arange(len(found)))


def standing(tables: Tables, found: Candidates, plan: Plan) -> list[Column]:
    """Those classes of an earlier plan that are still possible, with the keys that suit them best.

    A class goes on without those who are gone where enough are left. Of keys that suit them equally, the one that most
    others could join.
    """
    columns, room = [], np.diff(found.wish_ptr)
    for one in plan.classes:
        rows = tuple(sorted(tables.wish_row[wish] for wish in one.wish_ids if wish in tables.wish_row))
        venue, instructor = tables.venue_row.get(one.venue_id, -1), tables.instructor_row.get(one.instructor_id, -1)
        if one.kept or not rows or min(venue, instructor) < 0 or not agree(tables, rows, instructor):
            continue
        first, last = np.searchsorted(found.venue, [venue, venue + 1])
        first, last = first + np.searchsorted(found.start[first:last], [one.start, one.start + 1])
        offers = [_class_at(tables, found, int(key), rows, instructor) for key in range(first, last)]
        possible = [each for each in offers if each is not None]
        columns += [max(possible, key=lambda each: (round(each.value, 9), room[each.key]))] if possible else []
    return columns


def near_changes(tables: Tables, found: Candidates, board: Board, plan: Plan) -> Ints:
    """Unserved wishes that are new, lost their class, or could use the room or instructor of a class that is gone."""
    served = {wish for one in plan.classes for wish in one.wish_ids}
    known = served.union(plan.unmatched)
    left = np.flatnonzero(board.served == -1)
    lost = [row for row in left.tolist() if tables.wishes[row].id in served or tables.wishes[row].id not in known]
    held = {(int(found.venue[board.key[place]]), int(board.who[place])) for place in np.flatnonzero(board.key >= 0)}
    gone = [(tables.venue_row.get(one.venue_id, -1), tables.instructor_row.get(one.instructor_id, -1))
            for one in plan.classes]  # fmt: skip
    venues = [venue for venue, instructor in gone if venue >= 0 and (venue, instructor) not in held]
    entries = np.repeat(np.isin(found.venue, venues), np.diff(found.wish_ptr))
    return np.union1d(lost, np.intersect1d(left, found.wish[entries])).astype(np.int64)


def promising(tables: Tables, found: Candidates, market: Market, prices: Prices, start: Board) -> tuple[Ints, Floats]:
    """Keys nearest to the best of their room and hour at these prices, and those of the plan so far; values too."""
    reduced = reduced_values(market, prices, a_sack(market))
    place = np.cumsum(np.diff(found.venue * tables.slots + found.start, prepend=-1) != 0) - 1
    best = np.zeros(place[-1] + 1)
    np.maximum.at(best, place, reduced)
    count = max(_FEWEST_KEYS, int(_KEYS_PER_WISH * len(np.unique(found.wish))))
    behind = best[place] - reduced
    behind[start.key[start.key >= 0]] = -np.inf
    behind[found.bonus > 0] = -np.inf
    keys = np.sort(np.argsort(behind, kind="stable")[:count])
    return keys, reduced[keys]


def columns_of(tables: Tables, found: Candidates, board: Board, keys: Ints) -> list[Column]:
    """The classes of a board whose keys are rows of `keys`."""
    return sorted(
        column_of(
            tables, found, int(keys[board.key[place]]),
            tuple(sorted(board.members[place, : board.size[place]].tolist())), int(board.who[place]),
        )
        for place in np.flatnonzero(board.key >= 0).tolist()
    )  # fmt: skip


def _class_at(tables: Tables, found: Candidates, key: int, wishes: tuple[int, ...], instructor: int) -> Column | None:
    """The class of this key, if all of these people fit it and the instructor can come."""
    entries = found.wish[found.wish_ptr[key] : found.wish_ptr[key + 1]]
    if not np.isin(wishes, entries).all() or instructor not in found.instructor[found.crew_of(tables, key)]:
        return None
    low, high = limits_of(tables, int(found.venue[key]), instructor)
    if not low <= tables.people[list(wishes)].sum() <= high:
        return None
    return column_of(tables, found, key, wishes, instructor)


def _first_board(
    tables: Tables, few: Candidates, narrow: Market, prices: Prices, asked: Floats, start: Board, keys: Ints
) -> Board:
    boards = [_moved(tables, few, narrow, start, keys)]
    for strength in _STRENGTHS:
        board = board_for(narrow, tables.free, tables.slots)
        fill_up(narrow, board, prices, asked, strength, np.arange(len(few)), a_sack(narrow))
        fill_up(narrow, board, prices, asked, 0.0, np.arange(len(few)), a_sack(narrow))
        boards.append(board)
    return max(boards, key=lambda board: value_of_board(narrow, board))


def _moved(tables: Tables, few: Candidates, narrow: Market, start: Board, keys: Ints) -> Board:
    board = board_for(narrow, tables.free, tables.slots)
    for place in np.flatnonzero(start.key >= 0).tolist():
        key = int(np.searchsorted(keys, start.key[place]))
        add(narrow, board, key, start.who[place], start.members[place], start.size[place], start.worth[place])
    return board


def _put(market: Market, board: Board, column: Column) -> None:
    members = np.array(column.wishes, dtype=np.int64)
    free = (board.served[members] == -1).all() and taken_at(market, board, column.key) < 0
    if free and hindrance(market, board, column.instructor, column.key) == -1:
        add(market, board, column.key, column.instructor, members, len(members), column.value)
