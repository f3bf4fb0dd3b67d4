from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.matching import a_proposal
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.villages import a_village
from tests.home.living_village import a_job
from village_hub.home.queries import operation
from village_hub.kernel import jobs, signals
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.jobs import Job, JobState


@pytest.fixture
def client(client: Visitor) -> Visitor:
    """A browser that was set to English."""
    client.set_cookie("language", "en")
    return client


def test_a_dead_job_stands_there_with_its_error_until_it_runs_again(client: Visitor, session: Session) -> None:
    job_id = a_job(session, JobState.DEAD)
    client.sign_in(an_operator(session).id)

    before = client.get("/operator").text
    answer = client.post(f"/operator/jobs/{job_id}/run")
    after = client.get("/operator").text

    assert "OSError: the mail server is away" in before
    assert (answer.status_code, answer.location) == (303, "/operator")
    assert "No job needs you" in after
    job = session.execute(select(Job.state, Job.attempts).where(Job.id == job_id)).one()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert [each.type for each in signals.after(session, {"operator": 0})] == ["job.changed"]


def test_a_job_that_is_well_is_not_run_again(client: Visitor, session: Session) -> None:
    job_id = a_job(session, JobState.DONE)
    client.sign_in(an_operator(session).id)

    client.post(f"/operator/jobs/{job_id}/run")
    page = client.get("/operator").text

    assert "This job does not wait for you any more." in page
    assert session.scalar(select(Job.state).where(Job.id == job_id)) == JobState.DONE


@pytest.mark.parametrize("role", ["stranger", "resident", "manager", "staff"])
def test_nobody_else_sees_or_runs_jobs(client: Visitor, session: Session, role: str) -> None:
    job_id = a_job(session, JobState.DEAD)
    person = {
        "resident": lambda: a_resident(session),
        "manager": lambda: a_manager(session, a_village(session)),
        "staff": lambda: a_staff_member(session),
    }.get(role)
    if person:
        client.sign_in(person().id)

    answers = [client.get("/operator"), client.post(f"/operator/jobs/{job_id}/run")]

    assert [answer.status_code for answer in answers] == ([303, 303] if role == "stranger" else [403, 403])
    assert session.scalar(select(Job.state).where(Job.id == job_id)) == JobState.DEAD


def test_jobs_are_listed_by_state(client: Visitor, session: Session) -> None:
    for state in JobState:
        a_job(session, state, f"key-{state}")
    client.sign_in(an_operator(session).id)

    troubled = client.get("/operator").text
    refused = client.get("/operator?state=refused").text
    unknown = client.get("/operator?state=nonsense&page=0").text

    shown = {state: [each for each in JobState if f"key-{each}" in page] for state, page in
             {"": troubled, "refused": refused, "nonsense": unknown}.items()}  # fmt: skip
    assert shown == {"": ["dead", "quarantined"], "refused": ["refused"], "nonsense": ["dead", "quarantined"]}


def test_a_long_list_of_jobs_has_pages(client: Visitor, session: Session) -> None:
    for number in range(operation.PAGE + 1):
        a_job(session, JobState.DEAD, f"key-{number:03}")
    client.sign_in(an_operator(session).id)

    first, second = client.get("/operator").text, client.get("/operator?page=2").text

    assert (first.count("key-"), second.count("key-")) == (operation.PAGE, 1)


def test_work_that_piles_up_is_said_aloud(client: Visitor, session: Session, clock: SettableClock) -> None:
    a_job(session, JobState.WAITING)
    client.sign_in(an_operator(session).id)

    soon = operation.health(session, clock.now() + timedelta(seconds=10))
    late = operation.health(session, clock.now() + timedelta(minutes=10))
    clock.advance(timedelta(minutes=10))
    page = client.get("/operator").text

    assert (soon.works, late.works) == (True, False)
    assert late.oldest_due == timedelta(minutes=10)
    assert "Work has piled up" in page
    assert "10 min" in page


def test_an_unrelayed_fact_counts_as_lag(session: Session, clock: SettableClock) -> None:
    a_village(session)
    session.flush()

    health = operation.health(session, clock.now() + timedelta(minutes=3))

    assert health.relay_lag == timedelta(minutes=3)


def test_the_latest_match_runs_are_shown_with_their_bound(client: Visitor, session: Session) -> None:
    a_proposal(session)
    client.sign_in(an_operator(session).id)

    page = client.get("/operator").text

    assert "Bound" in page
    assert "No match run yet" not in page


def test_a_job_that_dies_is_heard_at_once(session: Session, clock: SettableClock) -> None:
    job_id = a_job(session, JobState.WAITING)

    leased = jobs.lease(session, job_id, now=clock.now(), seconds=8)
    assert leased is not None
    jobs.fail(session, leased, now=clock.now(), why="OSError: away")
    for finish in session.info["before_commit"]:
        finish(session)

    assert [each.type for each in signals.after(session, {"operator": 0})] == ["job.dead"]
