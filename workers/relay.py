"""Facts become jobs: one for every actor that listens, in the transaction that notes their number on the fact."""

from __future__ import annotations

from sqlalchemy import select

from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.messages import read
from workers.subscriptions import listeners

#: Facts that one transaction takes on.
BATCH = 200


def relay(database: Database) -> int:
    """Write the jobs of facts that have none yet; returns how many facts were taken on."""
    with database.read_session() as session:
        if session.scalar(select(RecordedEvent.id).where(RecordedEvent.jobs.is_(None)).limit(1)) is None:
            return 0
    with database.write_session() as session:
        unrelayed = select(RecordedEvent).where(RecordedEvent.jobs.is_(None)).order_by(RecordedEvent.id)
        facts = session.scalars(unrelayed.limit(BATCH).with_for_update()).all()
        now = database.now(session)
        for fact in facts:
            names = listeners().get(fact.type, ())
            for name in names:
                message = read(fact.type, fact.payload)
                key = f"{fact.id}:{name}"
                jobs.add(session, key=key, actor=name, message=message, run_at=now, event_id=fact.id)
            fact.jobs = len(names)
        return len(facts)
