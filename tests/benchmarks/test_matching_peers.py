"""The cities and the peer that the matching benchmark measures with, and what it says about a bar."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import report
from tests.benchmarks.cities import a_city
from tests.benchmarks.nearest import nearest_first
from tests.matching.engine.checker import broken_rules, value_of
from village_hub.matching.engine import solve


def test_a_seed_decides_everything_about_a_city() -> None:
    city = a_city(60, 20, 10, span_km=3, seed=5)

    assert city == a_city(60, 20, 10, span_km=3, seed=5)
    assert city != a_city(60, 20, 10, span_km=3, seed=6)
    assert (len(city.wishes), len(city.instructors), len(city.venues)) == (60, 20, 10)


@pytest.mark.parametrize("is_careful", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nearest_first_breaks_no_hard_rule_and_is_worth_no_more_than_the_bound(seed: int, is_careful: bool) -> None:
    city = a_city(250, 60, 30, span_km=3, seed=seed)

    by_hand = nearest_first(city, is_careful=is_careful)

    assert len(by_hand) > 5
    assert broken_rules(city, by_hand) == []
    assert 0 < value_of(city, by_hand) <= solve(city, effort=20).bound


@pytest.mark.parametrize("nothing", [{"cap_per_week": 0}, {"radius_m": 0}, {"group_max": 0}, {"topics": {}}])
def test_a_class_that_breaks_a_rule_would_be_seen(nothing: dict[str, Any]) -> None:
    """The control: the same classes judged by a city where the instructors allow nothing."""
    city = a_city(250, 60, 30, span_km=3, seed=1)
    strict = replace(city, instructors=tuple(replace(one, **nothing) for one in city.instructors))

    assert broken_rules(strict, nearest_first(city))


def test_nearest_first_refuses_what_it_does_not_know() -> None:
    city = a_city(30, 10, 5, span_km=3, seed=1)
    circle = replace(city, wishes=(replace(city.wishes[0], only_with="neighbours"), *city.wishes[1:]))

    with pytest.raises(ValueError, match="circles"):
        nearest_first(circle)


@pytest.mark.parametrize(("gap", "missed"), [(4.0, []), (5.0, ["gap"])])
def test_a_missed_bar_is_named_and_refused_where_asked(
    gap: float, missed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHECK", "1")
    monkeypatch.setattr(report, "RESULTS", tmp_path)

    with pytest.raises(SystemExit) if missed else nullcontext():
        report.report("trial", [report.Figure("gap", gap, 4.0, at_most=True), report.Figure("time", 9.0)])

    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last) == {"bench": "trial", "figures": {"gap": gap, "time": 9.0}, "missed": missed}
    assert (tmp_path / "trial.json").read_text("utf-8") == last + "\n"
