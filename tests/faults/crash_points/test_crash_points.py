"""Whatever is killed at whichever moment of a flow: nothing is lost, nothing is doubled, no invariant is broken.

Moments that leave the same world behind are tried once (`points.worlds`); with VILLAGE_HUB_SOAK=1 each of them is.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.crash_points.everywhere import Everywhere, set_scene
from tests.faults.crash_points.flow import Flow
from tests.faults.crash_points.flows import FLOWS
from tests.faults.crash_points.nursery import Nursery
from tests.faults.crash_points.state import Snapshot, State
from tests.journeys.city import City

Record = Callable[[str, object], None]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_kill_at_any_moment_loses_and_doubles_nothing(
    flow: Flow, state: State, nursery: Nursery, start: tuple[Snapshot, City], record_property: Record
) -> None:
    everywhere = Everywhere(flow, set_scene(flow, state, nursery, *start))

    problems = list(everywhere.problems())

    record_property("crash points numbered", everywhere.numbered)
    record_property("processes killed", len(everywhere.kills))
    assert not problems, "\n".join([f"{len(problems)} of {len(everywhere.kills)} moments", *problems])
