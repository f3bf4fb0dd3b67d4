"""Groups with a proposal, placed by hand: who is asked, where and when is what a race needs to choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.learning_requests import a_neighbour, a_request
from tests.factories.topics import a_topic
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching.events import MatchProposed, MatchRunFinished
from village_hub.matching.models import GroupRequest, GroupState, LearningGroup, MatchRun, Proposal, ProposalState

PEOPLE = 5


def a_group(
    session: Session, instructors: Sequence[UUID], venue_id: UUID, starts_at: datetime, hours: float = 2
) -> UUID:
    """Five people who want the same, and the proposal of the first of these instructors for them; returns it."""
    request_id = a_request(session, by=a_neighbour(session), number=PEOPLE)
    village_id = learning_requests.requests(session, [request_id])[request_id].village_id
    now: datetime = session.info["clock"].now()
    group = LearningGroup(
        id=new_id(session), topic_id=a_topic(session), level="any", village_id=village_id,
        state=GroupState.FORMING, formed_at=now,
    )  # fmt: skip
    run = MatchRun(
        id=new_id(session), trigger="matching.due", started_at=now, finished_at=now, wishes=1, instructors=1, venues=1,
        classes=1, value=1, bound=1, gap=0, input_hash="", engine_version="", seed=0, way="exact", changed=0,
        rules_version="", effort=120, steps=0, seconds=0, stability=0,
    )  # fmt: skip
    session.add_all([group, run])
    session.flush()
    first, *others = instructors
    proposal = Proposal(
        id=new_id(session), run_id=run.id, group_id=group.id, instructor_id=first, venue_id=venue_id,
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), language="ko", people=PEOPLE, score=1,
        reasons=[], alternatives=[str(each) for each in others], state=ProposalState.PROPOSED, pinned=False,
        proposed_at=now,
    )  # fmt: skip
    session.add_all([GroupRequest(group_id=group.id, request_id=request_id, people=PEOPLE, active=True), proposal])
    session.flush()
    learning_requests_service.pool(session, [request_id], group_id=group.id, now=now)
    record(session, MatchRunFinished(run.id, classes=1, gap=0), now=now)
    record(session, MatchProposed(proposal.id, group.id, village_id), now=now)
    return proposal.id
