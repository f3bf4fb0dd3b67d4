"""How fair a run is said to be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.people import a_manager, a_resident, a_staff_member
from tests.factories.places import a_district, a_venue, settle
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from tests.factories.what_if import a_measured_run
from tests.matching.engine import instances
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import service as learning_requests
from village_hub.learning_requests.models import LearningRequest
from village_hub.matching import engine
from village_hub.matching import queries as matching
from village_hub.matching.models import MatchRun
from village_hub.what_if import queries, service
from village_hub.what_if.engine.fairness import Asking, measure, price, shares, worth
from village_hub.what_if.models import Fairness


def test_the_price_of_fairness_is_as_reckoned_by_hand() -> None:
    """Five have waited long and walk 500 of 1,000 m, five came today and live at the door; there is room for five.

    Fairness takes those who waited. Without it the others are worth 5 × 0.3 × 500 / 1,000 = 0.75 more.
    """
    far = [instances.a_wish(f"far {n}", point=(700.0, 0.0), waiting_days=60) for n in range(5)]
    near = [instances.a_wish(f"near {n}", point=(200.0, 0.0)) for n in range(5)]
    problem = engine.Problem(
        wishes=(*far, *near),
        instructors=(instances.an_instructor("one"),),
        venues=(instances.a_venue("room", capacity=5),),
    )
    plan = engine.solve(problem)

    found = price(problem, plan)

    assert {wish for each in plan.classes for wish in each.wish_ids} == {each.id for each in far}
    assert found.plain_without - found.plain_value == pytest.approx(0.75)
    assert found.plain_bound == pytest.approx(found.plain_without)


@settings(deadline=None, max_examples=60)
@given(instances.small_problems())
def test_a_price_lies_between_nothing_and_its_bound(problem: engine.Problem) -> None:
    plan = engine.solve(problem)

    found = price(problem, plan)

    assert found.plain_value - 1e-9 <= found.plain_without <= found.plain_bound + 1e-9
    assert worth(problem, plan.classes) == pytest.approx(plan.value)


@settings(deadline=None, max_examples=60)
@given(instances.small_problems())
def test_shares_add_up_to_everybody(problem: engine.Problem) -> None:
    plan = engine.solve(problem, effort=0)
    asking = [
        Asking(each.id, each.people, each.waiting_days, str(each.point[0]), tuple(each.needs))
        for each in problem.wishes
    ]

    found = measure(problem, plan, asking, ("lift",))

    for by in ("district", "lift"):
        parts = [each for each in found.shares if each.by == by]
        assert (sum(each.people for each in parts), sum(each.served for each in parts)) == (found.people, found.served)
        assert max(each.longest_wait for each in parts) == found.longest_wait


def test_a_group_stands_beside_all_others() -> None:
    rows = [(Asking("a", 3, 9, "north", ("alone",)), True), (Asking("b", 4, 2, "north", ()), False)]

    found = {(each.by, each.key): (each.people, each.served, each.longest_wait) for each in shares(rows, ("alone",))}

    assert found == {("alone", "no"): (4, 0, 2), ("alone", "yes"): (3, 3, 9), ("district", "north"): (7, 3, 9)}


def test_first_time_learners_and_unreached_districts_come_first_as_the_rulebook_says(
    session: Session, clock: SettableClock
) -> None:
    """미사1동 had a lecture of late, the equally large 덕풍1동 had none."""
    a_managed_village(session)
    served, first, elsewhere = (a_neighbour(session, name) for name in ("김하나", "이두리", "박세나"))
    settle(session, elsewhere, a_district(session, "덕풍1동", lon=127.21))
    done = a_request(session, by=served)
    session.execute(
        sa.update(LearningRequest)
        .where(LearningRequest.id == done)
        .values(state="done", owner_id=None, next_step=None, next_at=None)
    )
    for each in (served, first, elsewhere):
        a_request(session, by=each, topic_id=a_topic(session, "뜨개질"))
    learning_requests.set_rules(
        session, valid_from=clock.now().date(), rules={"weights": {"first_time": 0.25, "unreached_district": 2.0}}
    )
    session.flush()

    seen = matching.snapshot(session, clock.now())

    priority = {seen.wishes[each.id].requester_id: each.priority for each in seen.problem.wishes}
    assert priority == {served: 0.0, first: 0.25, elsewhere: 2.25}
    assert seen.problem.rules.weights.waiting == 0.5


def test_before_anybody_was_served_no_district_is_behind() -> None:
    north, south = UUID(int=1), UUID(int=2)

    nobody = matching.unreached_districts([], {north: 100, south: 100}, 0.5)
    uneven = matching.unreached_districts([(north, 9), (south, 2), (None, 50)], {north: 100, south: 100}, 0.5)
    even = matching.unreached_districts([(north, 9), (south, 3)], {north: 100, south: 100}, 0.5)

    assert [set(each) for each in (nobody, uneven, even)] == [set(), {south}, set()]


def test_every_run_is_measured(session: Session, clock: SettableClock, drain: Callable[[], int]) -> None:
    a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    a_request(session, number=5)
    drain()
    clock.advance(timedelta(minutes=2))

    drain()

    runs = set(session.scalars(sa.select(MatchRun.id)))
    assert runs == set(session.scalars(sa.select(Fairness.run_id)))
    (last,) = queries.fairness(session, 1)
    assert (last.people, last.served, last.share) == (5, 5, 1.0)
    assert (last.load_gini, last.load_busiest) == (0, 1)


def test_requests_are_kept_for_the_newest_runs_only(
    session: Session, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_managed_village(session)
    a_request(session)
    monkeypatch.setattr(service, "KEPT_ROWS", 2)

    for _ in range(3):
        a_measured_run(session)
        clock.advance(timedelta(minutes=1))

    assert [each.has_rows for each in queries.fairness(session)] == [True, True, False]


def test_small_groups_are_hidden_also_against_subtraction(session: Session, client: Visitor) -> None:
    """Three people in one district, six in another, and nine in a third: the three and the six are hidden."""
    a_managed_village(session)
    people = {"미사1동": 9, "덕풍1동": 6, "춘궁동": 3}
    asked = {}
    for number, (name, count) in enumerate(people.items()):
        district = a_district(session, name, lon=127.19 + number / 100)
        person = a_resident(session, f"주민{number}").id
        settle(session, person, district)
        asked[name] = (a_request(session, by=person, number=count), district)
    a_measured_run(session)
    client.sign_in(a_staff_member(session).id)

    page = client.get("/fairness").text
    opened = {
        name: client.get(f"/fairness/rows?by=district&key={district}").text for name, (_, district) in asked.items()
    }

    (last,) = queries.fairness(session)
    hidden = {each.key for each in last.parts("district") if each.shown.is_hidden}
    assert hidden == {str(asked["덕풍1동"][1]), str(asked["춘궁동"][1])}
    assert "0/9" in page
    assert "0/6" not in page
    assert [str(asked[name][0]) in opened[name] for name in people] == [True, False, False]


def test_only_whoever_answers_for_the_city_sees_fairness(session: Session, client: Visitor) -> None:
    village = a_managed_village(session)
    a_request(session)
    a_measured_run(session)
    paths = ("/fairness", "/fairness/rows", "/what-if", "/what-if/new")
    answers = {}

    for who in (a_resident(session), a_manager(session, village, "박매니저"), a_staff_member(session)):
        client.sign_in(who.id)
        answers[who.id] = {client.get(path).status_code for path in paths}

    assert list(answers.values()) == [{403}, {403}, {200}]


def test_what_does_not_exist_has_no_rows(session: Session, client: Visitor) -> None:
    client.sign_in(a_staff_member(session).id)

    before = client.get("/fairness/rows").status_code
    a_managed_village(session)
    a_request(session)
    a_measured_run(session)
    queries_ = ("by=nothing", "key=nothing", f"run={UUID(int=7)}", "run=7&by=nothing")

    assert before == 404
    assert {client.get(f"/fairness/rows?{each}").status_code for each in queries_} == {404}
    assert "아직 잰 매칭이" not in client.get("/fairness").text
