"""Proposals for tests, made by a real run."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.learning_requests import a_managed_village, a_request
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.matching import queries, service
from village_hub.villages import queries as villages


def a_run(session: Session) -> UUID:
    """Look for matches once, here and now."""
    session.flush()
    now = session.info["clock"].now()
    seen = queries.snapshot(session, now)
    return service.keep(session, seen, service.solve(seen), now=now)


def a_proposal(session: Session, *, volunteers: int = 1, **village: Any) -> queries.ProposalFacts:
    """Five people who want the same, somebody who teaches it (or several), a room, and the proposal that follows."""
    known = villages.villages(session)
    village_id = known[0].id if known else a_managed_village(session, **village)
    a_venue(session)
    for number in range(volunteers):
        a_volunteer(session, f"이재능{number + 1}")
    a_request(session, number=5)
    a_run(session)
    return queries.proposals_of_village(session, village_id)[-1]
