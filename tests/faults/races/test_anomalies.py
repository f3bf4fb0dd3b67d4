"""Every anomaly of Hermitage's list, tried on our own transactions at the statements of the first one.

PostgreSQL runs READ COMMITTED, which allows most of them; what keeps them out is ours: a lock taken first, a key that
exists once, a single statement. The controls are the same pairs without these, where each anomaly shows itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.faults.races import haste
from tests.faults.races.anomalies import ANOMALIES
from tests.faults.races.decisions import DECISIONS
from tests.faults.races.interleaving import Stop, interleaved
from tests.faults.races.transactions import Pair
from tests.journeys.city import City

pytestmark = pytest.mark.servers
#: All of them in the long form.
EVERY = 1 if os.environ.get("VILLAGE_HUB_SOAK") else 4
Case = Callable[[City], Pair]
CASES = (*ANOMALIES, *DECISIONS)


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.__name__)
def test_no_anomaly_at_any_statement(city: City, case: Case, record_property: Callable[[str, object], None]) -> None:
    found = list(at_each_statement(city, case, EVERY))

    assert [each for each in found if each] == []
    assert len(found) > 1
    record_property(f"{case.__name__}: interleavings", len(found))


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.__name__)
def test_control_without_locks_keys_and_transactions_it_shows_itself(city: City, case: Case) -> None:
    haste.without_constraints(city.database)

    with haste.unprotected():
        found = at_each_statement(city, case)

        assert any(found)


def at_each_statement(city: City, case: Case, every: int = 1) -> Iterator[list[str]]:
    """What is wrong when the second runs before the first statement of the first, before its second, and so on."""
    for number in count(1, every):
        pair, stop = case(city), Stop(number)
        outcomes = interleaved(city.database, pair.first, pair.second, stop)
        with city.database.read_session() as session:
            wrong = [f"before statement {number}: {each}" for each in pair.wrong(session, *outcomes)]
        if not stop.reached:
            return
        yield wrong
