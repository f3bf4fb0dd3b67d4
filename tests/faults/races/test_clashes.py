"""Two people press at the same moment for what only one of them can have, over HTTP on two web processes.

One wins, the other reads a kind sentence, and every invariant holds. The controls are the same clashes on web processes
without locks, constraints and keys: there the same check finds something wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.races import clashes
from tests.faults.races.arena import Arena
from tests.faults.races.clashes import CLASHES, Clash
from tests.faults.races.crowd import at_once

pytestmark = pytest.mark.servers
Clashing = Callable[[Arena], Clash]
#: Their dangerous moment is so short that chance rarely meets it: their controls are stepped, in `test_anomalies.py`.
STEPPED = (
    clashes.a_yes_against_a_withdrawal,
    clashes.two_managers_ask,
    clashes.one_manager_asks_and_one_dismisses,
    clashes.one_manager_asks_and_one_edits,
    clashes.one_manager_dismisses_and_one_edits,
)


@pytest.mark.parametrize("clashing", CLASHES, ids=lambda each: each.__name__)
def test_one_wins_and_the_other_reads_a_kind_sentence(arena: Arena, clashing: Clashing) -> None:
    clash = clashing(arena)

    wrong = after(arena, clash)

    assert wrong == []


@pytest.mark.parametrize("clashing", [each for each in CLASHES if each not in STEPPED], ids=lambda each: each.__name__)
def test_control_without_protection_something_is_wrong(hasty_arena: Arena, clashing: Clashing) -> None:
    clash = clashing(hasty_arena)

    wrong = after(hasty_arena, clash)

    assert wrong != []


def after(arena: Arena, clash: Clash) -> list[str]:
    """What is wrong once everybody has pressed, and what the doctor finds that was not there before."""
    before = arena.broken_invariants()
    answers = at_once(clash.presses)
    with arena.city.database.read_session() as session:
        wrong = list(clash.wrong(session, answers))
    return wrong + [each for each in arena.broken_invariants() if each not in before]
