"""The spine looks after itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.kernel import tidying
from village_hub.kernel.tidying import TidyingDue
from workers.actor import actor


@actor
def tidy(session: Session, timer: TidyingDue, *, now: datetime) -> None:
    tidying.tidy(session, now=now)
