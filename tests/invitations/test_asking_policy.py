"""Whom to ask first, how many at once, and until when: the arithmetic, judged by playing the same by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import exp, log
from random import Random
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from village_hub.invitations.asking import (
    Answers,
    Policy,
    Willing,
    after_quiet,
    asked_in_vain,
    hours_to_yes,
    in_order,
    number_at_once,
    willing,
)
from village_hub.invitations.queries import policy
from village_hub.learning_requests.queries import usual_rules

KOREA = ZoneInfo("Asia/Seoul")
CITY = Answers(accepted=60, declined=25, expired=15, hours=85 * 8)
DAY = 24.0

somebody = st.builds(
    lambda yes, no, hours: Willing(yes, (1 - yes) * no, hours), st.floats(0.05, 0.95), st.floats(0, 1), st.floats(1, 30)
)
counts = st.integers(0, 50)


def usual(**otherwise: object) -> Policy:
    return replace(policy(usual_rules({})), **otherwise)  # type: ignore[arg-type]


def played(people: list[Willing], at_once: int, chance: Random) -> tuple[float, int]:
    """Hours until somebody said yes (or a call, after two days), and how many were asked in vain in the first round."""
    passed, vain = 0.0, 0
    for first in range(0, len(people), at_once):
        answers = [(*_answer(each, chance), each) for each in people[first : first + at_once]]
        yes = [hours for hours, said, _ in answers if said == "yes"]
        if yes:
            soonest = min(yes)
            vain += sum(hours > soonest for hours, said, _ in answers) if first == 0 else 0
            return passed + soonest, vain
        passed += max(hours for hours, _, _ in answers)
    return passed + 48.0, vain


def _answer(one: Willing, chance: Random) -> tuple[float, str]:
    drawn = chance.random()
    if drawn > one.accepts + one.declines:
        return DAY, "silence"
    before_the_deadline = 1 - exp(-DAY / one.hours)
    return -one.hours * log(1 - chance.random() * before_the_deadline), "yes" if drawn < one.accepts else "no"


@pytest.mark.parametrize("at_once", [1, 2, 3])
@pytest.mark.parametrize("yes", [0.3, 0.6, 0.9])
def test_expected_hours_and_vain_questions_are_what_playing_it_gives(at_once: int, yes: float) -> None:
    people = [Willing(yes, (1 - yes) * 0.6, hours) for hours in (4.0, 8.0, 12.0, 6.0, 9.0, 5.0)]
    chance = Random(1)

    seen = [played(people, at_once, chance) for _ in range(20_000)]

    assert hours_to_yes(people, at_once, DAY, 48.0) == pytest.approx(fmean(hours for hours, _ in seen), rel=0.03)
    assert asked_in_vain(people[:at_once], DAY) == pytest.approx(fmean(vain for _, vain in seen), abs=0.03)


def test_who_has_never_been_asked_is_taken_for_an_average_neighbour() -> None:
    unknown = willing(Answers(), CITY, own_weight=4)

    assert (unknown.accepts, unknown.declines, unknown.hours) == pytest.approx((0.6, 0.25, 8.0))


@settings(deadline=None)
@given(counts, counts, counts, st.floats(0, 500))
def test_own_answers_pull_away_from_the_city_and_never_beyond_themselves(
    yes: int, no: int, silent: int, hours: float
) -> None:
    own = willing(Answers(yes, no, silent, hours), CITY, own_weight=4)
    asked = yes + no + silent

    share = yes / asked if asked else 0.6
    assert min(0.6, share) - 1e-9 <= own.accepts <= max(0.6, share) + 1e-9
    assert own.accepts + own.declines <= 1 + 1e-9
    assert abs(own.accepts - share) <= 4 / (asked + 4) * 0.6 + 1e-9


def test_one_silence_weighs_less_than_a_habit() -> None:
    once, often = (willing(Answers(expired=times), CITY, own_weight=4) for times in (1, 8))

    assert often.accepts < once.accepts < 0.6
    assert once.accepts > 0.45


def test_a_good_match_who_never_answers_comes_after_the_next_best() -> None:
    silent, willing_one = Willing(0.1, 0.1, 8.0), Willing(0.7, 0.2, 8.0)

    assert in_order([silent, willing_one], next_best=0.95) == [1, 0]
    assert in_order([willing_one, willing_one], next_best=0.95) == [0, 1]


@settings(deadline=None)
@given(st.lists(somebody, min_size=1, max_size=6), st.floats(0, 60), st.floats(0, 2), st.integers(1, 5))
def test_as_few_as_the_promise_allows_and_never_more_than_the_rulebook(
    people: list[Willing], within: float, needless: float, most: int
) -> None:
    number = number_at_once(people, deadline=DAY, within=within, needless=needless, call=48.0, most=most)

    assert 1 <= number <= min(most, len(people))
    assert number == 1 or asked_in_vain(people[:number], DAY) <= needless
    for fewer in range(1, number):
        assert hours_to_yes(people, fewer, DAY, 48.0) > within


@settings(deadline=None)
@given(st.lists(somebody, min_size=1, max_size=6))
def test_a_shorter_promise_never_asks_fewer(people: list[Willing]) -> None:
    numbers = [
        number_at_once(people, deadline=DAY, within=within, needless=9, call=48.0, most=4) for within in (60, 20, 8, 0)
    ]

    assert numbers == sorted(numbers)


def test_more_are_asked_at_once_as_the_promised_time_runs_out() -> None:
    people = list("abcdef")
    soon, late = (usual(needless=2.0).choose({}, [], people, deadline=DAY, waited=waited)[0] for waited in (0.0, 20.0))

    assert soon < late


def test_open_questions_count_as_asked() -> None:
    patient = usual(within=100.0)

    assert patient.choose({}, ["a"], ["b", "c"], deadline=DAY, waited=0.0) == (0, ["b", "c"])


@settings(deadline=None)
@given(st.integers(0, 365 * 24 * 60), st.integers(2, 200))
def test_no_deadline_lies_in_the_night_and_none_after_the_class_begins(minutes: int, hours: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=KOREA) + timedelta(minutes=minutes)
    starts_at = now + timedelta(hours=hours)

    deadline = usual().deadline(now, starts_at)

    assert deadline is not None
    assert now < deadline <= starts_at - timedelta(hours=1)
    assert 8 <= deadline.hour < 21 or deadline == starts_at - timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2026-11-23 09:00", "2026-11-24 09:00"),
        ("2026-11-23 17:30", "2026-11-24 17:30"),
        ("2026-11-23 19:00", "2026-11-25 11:00"),
        ("2026-11-23 23:30", "2026-11-25 08:00"),
        ("2026-11-24 03:00", "2026-11-25 08:00"),
    ],
)
def test_whoever_is_asked_at_night_has_their_time_from_the_morning_on(asked: str, until: str) -> None:
    now, expected = (datetime.fromisoformat(each).replace(tzinfo=KOREA) for each in (asked, until))

    assert usual().deadline(now, now + timedelta(days=9)) == expected


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    noon = datetime(2026, 11, 23, 12, 30, tzinfo=KOREA)

    assert after_quiet(noon, 12, 14) == noon.replace(hour=14, minute=0)
    assert after_quiet(noon, 0, 0) == noon
