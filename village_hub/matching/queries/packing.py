"""What a run was given and what it made of it, packed so that it can be unpacked to exactly the same."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from village_hub.matching import engine
from village_hub.matching.engine.plan import Tariff


def pack(value: Any) -> bytes:
    """JSON in few bytes, the same bytes for the same value."""
    return zlib.compress(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode(), 6)


def unpack(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


def problem_as_json(problem: engine.Problem) -> dict[str, Any]:
    """Spans instead of slots, lists instead of sets."""
    return {
        "wishes": [_plain(each, slots=_spans(each.slots), languages=sorted(each.languages), needs=sorted(each.needs))
                   for each in problem.wishes],
        "instructors": [
            _plain(
                each, slots=_spans(each.slots), languages=sorted(each.languages),
                topics={topic: sorted(levels) for topic, levels in each.topics.items()},
                taken_per_week=sorted(each.taken_per_week.items()),
            )
            for each in problem.instructors
        ],
        "venues": [_plain(each, slots=_spans(each.slots), features=sorted(each.features)) for each in problem.venues],
        "rules": asdict(problem.rules),
        "forbidden": sorted(problem.forbidden),
        "kept": [asdict(each) for each in problem.kept],
        "shown": [asdict(each) for each in problem.shown],
    }  # fmt: skip


def problem_from_json(known: Mapping[str, Any]) -> engine.Problem:
    rules = dict(known["rules"])
    return engine.Problem(
        wishes=tuple(
            engine.Wish(**each | {
                "point": tuple(each["point"]), "slots": _slots(each["slots"]),
                "languages": frozenset(each["languages"]), "needs": frozenset(each["needs"]),
            })
            for each in known["wishes"]
        ),
        instructors=tuple(
            engine.Instructor(**each | {
                "point": tuple(each["point"]), "slots": _slots(each["slots"]),
                "languages": frozenset(each["languages"]), "taken_per_week": dict(map(tuple, each["taken_per_week"])),
                "topics": {topic: frozenset(levels) for topic, levels in each["topics"].items()},
            })
            for each in known["instructors"]
        ),
        venues=tuple(
            engine.Venue(**each | {
                "point": tuple(each["point"]), "slots": _slots(each["slots"]), "features": frozenset(each["features"]),
            })
            for each in known["venues"]
        ),
        rules=engine.Rules(**rules | {"weights": engine.Weights(**rules["weights"])}),
        forbidden=frozenset((wish, instructor) for wish, instructor in known["forbidden"]),
        kept=tuple(_kept(each) for each in known["kept"]),
        shown=tuple(_kept(each) for each in known["shown"]),
    )  # fmt: skip


def plan_as_json(plan: engine.Plan) -> dict[str, Any]:
    """Without the prices, which are packed by themselves, and without why not, which stands at the requests."""
    return {
        "classes": [
            asdict(each.keep()) | {
                "length": each.length, "value": each.value, "score": each.score,
                "reasons": [{"code": one.code.value, "figures": dict(one.figures)} for one in each.reasons],
            }
            for each in plan.classes
        ],
        "unmatched": {name: why.code.value for name, why in plan.unmatched.items()},
        "value": plan.value, "bound": plan.bound, "stability": plan.stability,
    }  # fmt: skip


def plan_from_json(known: Mapping[str, Any], tariff: Tariff | None) -> engine.Plan:
    """As an earlier plan of the next run; why not is told by its code alone."""
    return engine.Plan(
        classes=tuple(
            engine.PlannedClass(**each | {
                "wish_ids": tuple(each["wish_ids"]),
                "reasons": tuple(engine.Reason(engine.ReasonCode(one["code"]), one["figures"])
                                 for one in each["reasons"]),
            })
            for each in known["classes"]
        ),
        value=known["value"], bound=known["bound"], stability=known["stability"], tariff=tariff,
        unmatched={name: engine.WhyNot(engine.WhyNotCode(code), {}, None)
                   for name, code in known["unmatched"].items()},
    )  # fmt: skip


def tariff_as_json(tariff: Tariff | None) -> dict[str, Any] | None:
    """Most prices of half hours are nothing, so only the others are named."""
    if tariff is None:
        return None
    return {
        "wishes": dict(tariff.wishes),
        "instructors": {
            name: [len(hours), _priced(hours), len(weeks), _priced(weeks), load]
            for name, (hours, weeks, load) in tariff.instructors.items()
        },
    }


def tariff_from_json(known: Mapping[str, Any] | None) -> Tariff | None:
    if known is None:
        return None
    return Tariff(
        wishes=known["wishes"],
        instructors={
            name: (_prices(slots, hours), _prices(number, weeks), load)
            for name, (slots, hours, number, weeks, load) in known["instructors"].items()
        },
    )


def _plain(each: Any, **instead: Any) -> dict[str, Any]:
    return {one.name: getattr(each, one.name) for one in fields(each)} | instead


def _kept(each: Mapping[str, Any]) -> engine.KeptClass:
    return engine.KeptClass(**{**each, "wish_ids": tuple(each["wish_ids"])})


def _spans(slots: Iterable[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for slot in sorted(slots):
        if spans and spans[-1][1] == slot:
            spans[-1] = (spans[-1][0], slot + 1)
        else:
            spans.append((slot, slot + 1))
    return spans


def _slots(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(slot for first, last in spans for slot in range(first, last))


def _priced(prices: Any) -> list[tuple[int, float]]:
    return [(place, price) for place, price in enumerate(prices.tolist()) if price]


def _prices(length: int, priced: Iterable[tuple[int, float]]) -> Any:
    prices = np.zeros(length)
    for place, price in priced:
        prices[place] = price
    return prices
