"""A run can be carried out again from what was written down, also one that its time cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from sqlalchemy.orm import Session

from tests.factories.matching import a_proposal
from tests.matching.engine.instances import a_district, small_problems
from village_hub.kernel.ids import new_id
from village_hub.matching import engine, queries, service
from village_hub.matching.queries.packing import (
    pack,
    plan_as_json,
    problem_as_json,
    problem_from_json,
    tariff_as_json,
    unpack,
)
from village_hub.matching.service import solving

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def city() -> engine.Problem:
    """Too large to try everything."""
    return a_district(200, 60, 15, seed=3)


def seen(problem: engine.Problem, apart: tuple[tuple[str, str], ...] = ()) -> queries.Snapshot:
    calendar = queries.Calendar(START, 28, ZoneInfo("Asia/Seoul"))
    return queries.Snapshot(problem, calendar, {}, "", START, apart=apart)


def a_record(session: Session, solved: service.Solved) -> queries.Record:
    return queries.Record(new_id(session), *solved.record)


def running_out(after: int) -> Callable[[], float]:
    """The time of a run that is over after so many questions."""
    asked = iter(range(1, 1_000_000))
    return lambda: next(asked) / after


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_what_was_packed_is_unpacked_to_the_same(problem: engine.Problem) -> None:
    shown = tuple(each.keep() for each in engine.solve(problem).classes)
    whole = replace(problem, shown=shown)

    again = problem_from_json(unpack(pack(problem_as_json(whole))))

    assert again == whole


@pytest.mark.parametrize("after", [3, 40, 400])
def test_a_run_that_was_cut_off_is_replayed_exactly(session: Session, city: engine.Problem, after: int) -> None:
    solved = service.solve(seen(city), service.Pace(running_out(after)))

    again = service.replay(a_record(session, solved))

    assert solved.way == "full"
    assert unpack(solved.record[0])["answers"][-1][0] > 500
    assert plan_as_json(again) == plan_as_json(solved.plan)
    assert tariff_as_json(again.tariff) == tariff_as_json(solved.plan.tariff)


def test_control_another_pace_makes_another_plan(session: Session, city: engine.Problem) -> None:
    hurried = service.solve(seen(city), service.Pace(running_out(3)))
    patient = service.solve(seen(city), service.Pace())

    assert plan_as_json(hurried.plan) != plan_as_json(patient.plan)


def test_a_small_change_is_solved_by_itself_and_replayed(session: Session, city: engine.Problem) -> None:
    first = service.solve(seen(city))
    withdrawn = replace(city, wishes=city.wishes[1:], shown=tuple(each.keep() for each in first.plan.classes))

    mended = service.solve(seen(withdrawn), last=a_record(session, first))
    again = service.replay(a_record(session, mended))

    assert (first.way, mended.way, mended.changed) == ("full", "changes", 1)
    stayed = {each.keep() for each in first.plan.classes} & {each.keep() for each in mended.plan.classes}
    assert len(stayed) >= 0.9 * len(first.plan.classes)
    assert mended.plan.stability >= len(stayed) * city.rules.weights.stability - 1e-9
    assert plan_as_json(again) == plan_as_json(mended.plan)


def test_a_large_change_is_solved_anew_from_the_run_before(session: Session, city: engine.Problem) -> None:
    first = service.solve(seen(city))
    fewer = replace(city, wishes=city.wishes[len(city.wishes) // 10 :])

    solved = service.solve(seen(fewer), last=a_record(session, first))

    assert solved.way == "full"
    assert unpack(solved.record[0])["warm"] == [unpack(first.record[1]), unpack(first.record[2])]
    assert plan_as_json(service.replay(a_record(session, solved))) == plan_as_json(solved.plan)


def test_two_who_must_be_apart_share_no_class(session: Session, city: engine.Problem) -> None:
    together = service.solve(seen(city)).plan
    pairs = tuple((each.wish_ids[0], each.wish_ids[1]) for each in together.classes[:4])

    solved = service.solve(seen(city, apart=pairs))

    for each in solved.plan.classes:
        assert not any({one, other} <= set(each.wish_ids) for one, other in pairs)
    assert solved.plan.value <= solved.plan.bound + 1e-6
    assert len(solved.plan.classes) > len(together.classes) / 2
    assert plan_as_json(service.replay(a_record(session, solved))) == plan_as_json(solved.plan)


def test_the_next_best_instructors_are_the_same_as_in_the_whole_problem(city: engine.Problem) -> None:
    solved = service.solve(seen(city))

    whole = replace(city, kept=tuple(each.keep() for each in solved.plan.classes))
    expected = [
        tuple(other.instructor_id for other in engine.alternatives(whole, each)) for each in solved.plan.classes
    ]

    assert list(solved.alternatives) == expected
    assert any(expected)


def test_prices_and_classes_move_with_the_days(city: engine.Problem, session: Session) -> None:
    solved = service.solve(seen(city))
    record = a_record(session, solved)

    later = solving._later(record, START + 48 * queries.HALF_HOUR)

    assert later.tariff is not None
    assert record.plan.tariff is not None
    assert [each.start + 48 for each in later.classes] == [
        each.start for each in record.plan.classes if each.start >= 48
    ]
    for name, (hours, _, _) in record.plan.tariff.instructors.items():
        assert later.tariff.instructors[name][0].tolist() == hours[48:].tolist()


def test_a_run_remembers_how_it_came_about(session: Session) -> None:
    proposal = a_proposal(session)

    run = queries.last_run(session)
    assert run is not None
    record = queries.record_of(session, run.id)

    assert (run.way, run.effort, run.seed, run.wishes, run.classes) == ("exact", 120, 0, 1, 1)
    assert len(run.rules_version) == 12
    assert record is not None
    assert record.plan.classes[0].wish_ids == tuple(map(str, proposal.request_ids))
    assert plan_as_json(service.replay(record)) == plan_as_json(record.plan)
