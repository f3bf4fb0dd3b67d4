"""What-ifs and measured runs for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.people import a_staff_member
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.what_if import queries, service


def a_what_if(session: Session, *, by: UUID | None = None, **given: Any) -> UUID:
    """Smaller groups, tried for every day that is known, and not reckoned yet."""
    session.flush()
    now = session.info["clock"].now()
    since, until = queries.days(session, None, None, now)
    values: dict[str, Any] = {"since": since, "until": until, "rules": {"minimum_group": 4.0}} | given
    return service.ask(session, by=by or a_staff_member(session).id, now=now, **values)


def a_measured_run(session: Session) -> UUID:
    """A run as the worker makes it, with its fairness."""
    session.flush()
    clock = session.info["clock"]
    seen = matching.snapshot(session, clock.now())
    solved = matching_service.solve(seen)
    measured = service.measure(seen.problem, solved.plan, queries.asking(session, seen), clock.now)
    run_id = matching_service.keep(session, seen, solved, now=clock.now())
    service.keep_fairness(session, run_id, measured, now=clock.now())
    return run_id
