"""Facts become jobs: one for every actor that listens, written in the same transaction that marks the fact relayed."""

from __future__ import annotations

from sqlalchemy import false, select, update

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
        if session.scalar(select(RecordedEvent.id).where(RecordedEvent.relayed == false()).limit(1)) is None:
            return 0
    with database.write_session() as session:
        unrelayed = select(RecordedEvent).where(RecordedEvent.relayed == false()).order_by(RecordedEvent.id)
        facts = session.scalars(unrelayed.limit(BATCH).with_for_update()).all()
        for fact in facts:
            for name in listeners().get(fact.type, ()):
                message = read(fact.type, fact.payload)
                key = f"{fact.id}:{name}"
                now = database.clock.now()
                jobs.add(session, key=key, actor=name, message=message, run_at=now, event_id=fact.id)
        relayed = update(RecordedEvent).where(RecordedEvent.id.in_([fact.id for fact in facts]))
        session.execute(relayed.values(relayed=True).execution_options(synchronize_session=False))
        return len(facts)
