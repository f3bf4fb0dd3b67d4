"""What must be true of what was tried, and of how fair runs are said to be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select

from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTART, Rows, invariant
from village_hub.kernel.traces import recorded, under_way
from village_hub.what_if.events import WhatIfAsked, WhatIfCancelled, WhatIfFinished
from village_hub.what_if.models import Fairness, State, WhatIf

OPEN = (State.WAITING, State.RUNNING)
#: Rounding of values.
CLOSE = 1e-6


@invariant(N_("A what-if is being reckoned, or it is over since a moment."), REPORT)
def what_ifs_are_in_one_state(now: datetime) -> Rows:
    is_open, is_over = WhatIf.state.in_(OPEN), WhatIf.finished_at.is_not(None)
    return select(WhatIf.id, WhatIf.state, WhatIf.finished_at).where(is_open == is_over)


@invariant(N_("Whoever waits for a what-if has a worker who reckons it."), RESTART)
def nothing_is_stuck(now: datetime) -> Rows:
    forgotten = ~under_way(WhatIfAsked, what_if_id=WhatIf.id)
    return select(WhatIf.id, WhatIf.state).where(WhatIf.state.in_(OPEN), forgotten)


@invariant(N_("What became of a what-if was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    done = and_(WhatIf.state == State.DONE, ~recorded(WhatIfFinished, what_if_id=WhatIf.id))
    cancelled = and_(WhatIf.state == State.CANCELLED, ~recorded(WhatIfCancelled, what_if_id=WhatIf.id))
    return select(WhatIf.id, WhatIf.state).where(or_(done, cancelled))


@invariant(N_("The price of fairness is not below nothing and not above its bound."), REPORT)
def prices_are_within_their_bound(now: datetime) -> Rows:
    below = Fairness.plain_without < Fairness.plain_value - CLOSE
    above = Fairness.plain_without > Fairness.plain_bound * (1 + CLOSE) + CLOSE
    columns = (Fairness.run_id, Fairness.plain_value, Fairness.plain_without, Fairness.plain_bound)
    return select(*columns).where(or_(below, above))


INVARIANTS = (
    what_ifs_are_in_one_state,
    nothing_is_stuck,
    what_happened_was_written_down,
    prices_are_within_their_bound,
)
