"""Chance by name, and the spread of what is drawn."""

from __future__ import annotations

from collections import Counter
from statistics import fmean, pvariance

import pytest
from sqlalchemy.orm import Session

from village_hub.simulation.arrivals import arrivals
from village_hub.simulation.draws import beta, chance, poisson, share, waiting
from village_hub.simulation.rates import rates_of
from village_hub.simulation.town import settle

MANY = 4000


def test_the_same_names_draw_the_same_whatever_else_is_drawn() -> None:
    first = [share(chance(1, "answer", number)) for number in range(5)]
    chance(1, "something else").between(0, 9)

    assert [share(chance(1, "answer", number)) for number in range(5)] == first
    assert share(chance(2, "answer", 0)) != first[0]


@pytest.mark.parametrize("mean", [0.3, 2.0, 7.0])
def test_so_many_things_happen_in_a_day(mean: float) -> None:
    draw = chance(1, "poisson")

    drawn = [poisson(draw, mean) for _ in range(MANY)]

    assert fmean(drawn) == pytest.approx(mean, rel=0.08)
    assert pvariance(drawn) == pytest.approx(mean, rel=0.12)


@pytest.mark.parametrize(("mean", "alike"), [(0.6, 4), (0.2, 10)])
def test_people_differ_around_their_mean(mean: float, alike: float) -> None:
    draw = chance(1, "beta")

    drawn = [beta(draw, mean, alike) for _ in range(MANY)]

    assert fmean(drawn) == pytest.approx(mean, abs=0.02)
    assert pvariance(drawn) == pytest.approx(mean * (1 - mean) / (alike + 1), rel=0.12)
    assert (beta(draw, 0.0, 4), beta(draw, 1.0, 4)) == (0.0, 1.0)


def test_an_answer_that_comes_comes_before_the_deadline() -> None:
    draw = chance(1, "waiting")

    drawn = [waiting(draw, 8.0, 24.0) for _ in range(MANY)]

    assert 0 < min(drawn) <= max(drawn) < 24
    assert fmean(drawn) == pytest.approx(8 - 24 * 0.0498 / (1 - 0.0498), rel=0.05)


def test_wishes_come_by_season_and_weekday_within_the_time(session: Session) -> None:
    rates = rates_of(
        {"residents": 360, "volunteers": 5, "wishes_per_day": 20, "circle_size": [3, 5], "season": [1.0] * 11 + [0.2]}
    )
    town = settle(session, seed=1, days=364, rates=rates, rules={})

    found = arrivals(town)

    months = Counter(each.at.astimezone(town.zone).month for each in found)
    days = Counter(each.at.astimezone(town.zone).weekday() for each in found)
    assert all(town.moment(0, 0) <= each.at < town.story.until for each in found)
    assert len(found) == pytest.approx(20 * 364 * sum(rates.season) / 12, rel=0.15)
    assert months[12] < 0.35 * months[11]
    assert days[6] < days[0]
    assert arrivals(town) == found
