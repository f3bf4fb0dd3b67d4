"""What learning requests do by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.learning_requests import service
from village_hub.learning_requests.events import RequestPromise
from workers.actor import actor


@actor
def keep_promise(session: Session, timer: RequestPromise, *, now: datetime) -> None:
    service.keep_promise(session, timer.request_id, now=now)
