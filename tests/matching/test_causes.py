"""When runs begin, and what they answer: the fact that wanted one first, or only the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.learning_requests import a_managed_village, a_request
from tests.factories.matching import a_run
from tests.factories.people import a_manager, a_staff_member
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.jobs import Job, JobState
from village_hub.matching import queries, service
from village_hub.matching.models import DecisionKind


def test_a_run_says_which_fact_wanted_it_first(
    session: Session, client: Visitor, clock: SettableClock, drain: Callable[[], int]
) -> None:
    village = a_managed_village(session)
    manager = a_manager(session, village, "한미영").id
    venue, _ = a_venue(session), a_volunteer(session)

    def cause_of_next_run() -> str:
        for _second in range(2):
            drain()
            clock.advance(timedelta(seconds=1))
        drain()
        run = queries.last_run(session)
        assert run is not None
        return run.trigger

    cause_of_next_run()
    a_request(session, number=5)
    by_request = cause_of_next_run()
    (proposal,) = queries.proposals_of_village(session, village)
    service.rule_out(
        session, DecisionKind.VENUE, village_id=village, everybody=True, venue_id=venue, reason="place",
        by=manager, now=clock.now(),
    )  # fmt: skip
    by_hand = cause_of_next_run()
    a_run(session)
    client.sign_in(a_staff_member(session).id)
    client.set_cookie("language", "en")
    page = client.get("/match-runs").text

    assert (by_request, proposal.venue_id) == ("learning_request.opened", venue)
    assert by_hand == "match.decided"
    assert all(words in page for words in ("A new request", "Decided by hand", "By the clock"))


def test_a_run_waits_for_the_one_under_way_and_begins_when_it_is_over(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    a_managed_village(session)
    service.want_run(session, now=clock.now())
    under_way = session.scalars(sa.select(Job).where(Job.message_type == "matching.due")).one()
    under_way.state, under_way.lease_until = JobState.RUNNING, clock.now() + timedelta(minutes=1)
    service.want_run(session, now=clock.now() + timedelta(seconds=1), cause="match.decided")

    def runs_after(seconds: int) -> list[str]:
        clock.advance(timedelta(seconds=seconds))
        drain()
        return [each.trigger for each in queries.last_runs(session, 9)]

    meanwhile = runs_after(5)
    under_way.state = JobState.DONE
    afterwards = runs_after(3)

    assert (meanwhile, afterwards) == ([], ["match.decided"])
