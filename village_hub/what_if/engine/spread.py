"""How evenly something is spread."""

from __future__ import annotations

from collections.abc import Sequence


def gini(amounts: Sequence[float]) -> float:
    """0 where everybody has the same, towards 1 where one has everything (C. Gini, 1912); 0 where there is nothing."""
    total, number = sum(amounts), len(amounts)
    if not total:
        return 0.0
    ranked = sum(rank * amount for rank, amount in enumerate(sorted(amounts), 1))
    return max(0.0, 2 * ranked / (number * total) - (number + 1) / number)


def busiest(amounts: Sequence[float]) -> float:
    """How many times the mean of those who have any the largest is; 0 where nobody has any."""
    some = [each for each in amounts if each]
    return max(some) * len(some) / sum(some) if some else 0.0
