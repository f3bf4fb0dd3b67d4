from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from village_hub.what_if.engine.replay import fee, run_days
from village_hub.what_if.engine.spread import busiest, gini

AMOUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([], 0), ([0, 0], 0), ([5, 5, 5], 0), ([0, 10], 0.5), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)],
)
def test_gini_is_as_reckoned_by_hand(amounts: list[float], expected: float) -> None:
    assert gini(amounts) == pytest.approx(expected)


@settings(deadline=None)
@given(AMOUNTS)
def test_gini_is_the_mean_difference_of_pairs_and_a_share(amounts: list[int]) -> None:
    differences = sum(abs(one - other) for one in amounts for other in amounts)
    total = sum(amounts)

    found = gini(amounts)

    assert 0 <= found <= 1
    assert found == pytest.approx(differences / (2 * len(amounts) * total) if total else 0, abs=1e-9)


@settings(deadline=None)
@given(AMOUNTS)
def test_the_busiest_has_at_least_the_mean(amounts: list[int]) -> None:
    found = busiest(amounts)

    assert found == 0 if not any(amounts) else found >= 1 - 1e-9
    assert busiest([*amounts, 0]) == found


@settings(deadline=None)
@given(st.integers(0, 800))
def test_runs_are_a_week_apart_and_the_last_day_has_one(length: int) -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=length)

    days = run_days(first, last)

    assert days[-1] == last
    assert days == sorted(set(days))
    assert all((later - day).days <= 7 for day, later in zip([first, *days], days, strict=False))


def test_a_fee_counts_the_first_hour_and_the_further_ones() -> None:
    assert [fee(50_000, 30_000, hours) for hours in (0.5, 1, 2, 2.5)] == [25_000, 50_000, 80_000, 95_000]
