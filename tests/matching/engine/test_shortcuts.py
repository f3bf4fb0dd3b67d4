"""What the loops remember so as not to look again: the same answers as looking at everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import village_hub.matching.engine.search as searching
from tests.matching.engine.instances import a_district
from village_hub.matching.engine import Problem, ruin, solve
from village_hub.matching.engine.board import Board
from village_hub.matching.engine.bound import a_sack
from village_hub.matching.engine.candidates import candidates_of
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.market import Market, market_of
from village_hub.matching.engine.prices import Prices
from village_hub.matching.engine.relaxation import Groups, Outlook, outlook_for, relax
from village_hub.matching.engine.tables import tables_of
from village_hub.matching.engine.tariff import first_prices


@pytest.mark.parametrize("most", [5, 12])
def test_what_earlier_prices_say_changes_no_bound_and_no_slope(most: int) -> None:
    chance = np.random.default_rng(most)
    passed_over = 0

    for seed in range(12):
        market, prices = market_and_prices(a_district(wishes=90, instructors=20, venues=6, seed=seed))
        market = market._replace(highest=np.minimum(market.highest, most).astype(np.int32))
        known = outlook_for(market)
        for step in range(40):
            np.testing.assert_allclose(
                relaxed(market, prices, known), relaxed(market, prices, outlook_for(market)), rtol=1e-12, atol=1e-12
            )
            passed_over += int((known.seen < known.fallen[0]).sum())
            length = 3.0 if step % 13 == 12 else 0.05
            prices = Prices(*(np.maximum(0.0, one + chance.normal(0, length, one.shape)) for one in prices))

    assert passed_over > 1_000


def test_a_board_knows_how_many_could_come_to_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, search = list[int](), ruin.search

    def watched(market: Market, board: Board, *others: Any) -> float:
        won = search(market, board, *others)
        people = np.where(board.served == -1, market.people, 0)
        assert np.add.reduceat(people[market.wish], market.wish_ptr[:-1]).tolist() == board.company.tolist()
        looked.append(int((board.key >= 0).sum()))
        return float(won)

    monkeypatch.setattr(searching, "search", watched)
    for seed in range(3):
        solve(a_district(wishes=150, instructors=30, venues=12, seed=seed), exact_up_to=-1, explained=False)

    assert len(looked) > 30
    assert min(looked) > 5


def relaxed(market: Market, prices: Prices, outlook: Outlook) -> Floats:
    """The value and all of its slope."""
    slope = Prices(*(np.zeros_like(each) for each in prices))
    sack = a_sack(market)
    nothing = Groups(np.zeros(0, np.int64), np.zeros((0, len(sack.best)), np.int64), np.zeros(1, np.int64))
    value = relax(market, prices, sack, slope, outlook, nothing, keep=False)
    return np.concatenate([np.array([value]), *(each.ravel() for each in slope)])


def market_and_prices(problem: Problem) -> tuple[Market, Prices]:
    tables = tables_of(problem)
    market = market_of(tables, candidates_of(tables))
    return market, first_prices(tables, market)
