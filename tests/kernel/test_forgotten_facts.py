"""A fact of a kind that no release knows any more, such as one left from before an update."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from tests.conftest import NINE_O_CLOCK
from village_hub.kernel.events import RecordedEvent


def test_a_fact_that_nobody_knows_any_more_holds_nobody_up(session: Session, drain: Callable[[], int]) -> None:
    known = UUID(int=7)
    session.add(
        RecordedEvent(
            id=known, stream="kettle:1", seq=1, type="kettle.retired", version=1, occurred_at=NINE_O_CLOCK, actor=None,
            village=None, payload={}, jobs=None,
        )
    )  # fmt: skip
    session.commit()

    drain()

    session.expire_all()
    assert session.get_one(RecordedEvent, known).jobs == 0
