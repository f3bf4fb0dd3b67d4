"""Why not, for the people concerned: the obstacle, and what would help, the least asked of them first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from village_hub.matching import engine
from village_hub.matching.engine.plan import Unmatched
from village_hub.matching.queries import ELSEWHERE, Snapshot

#: Who has to do something for each change: the resident first, then a volunteer, then the village or the city.
ASKED_OF = (
    (engine.ChangeCode.OTHER_HOUR, engine.ChangeCode.FURTHER, engine.ChangeCode.OTHER_LANGUAGE),
    (engine.ChangeCode.MORE_PEOPLE,),
    (engine.ChangeCode.ONE_MORE_SESSION, engine.ChangeCode.INSTRUCTOR_FOR_TOPIC),
    (engine.ChangeCode.VENUE_FEATURE,),
)
#: For so many wishes every kind of change is looked for, those who have waited longest first; the others get one.
RANKED = 300


def why_not(snapshot: Snapshot, plan: engine.Plan) -> dict[str, dict[str, Any]]:
    """For each wish without a class: the obstacle and the changes, as a request keeps them."""
    waited = {each.id: each.waiting_days for each in snapshot.problem.wishes}
    longest = set(sorted(plan.unmatched, key=lambda wish: (-waited[wish], wish))[:RANKED])
    return {wish: _noted(snapshot, plan, wish, wish in longest) for wish in plan.unmatched}


def real_features(features: str) -> str:
    """Those that a room really has or lacks, without that it is another than one ruled out."""
    return "+".join(each for each in features.split("+") if each and not each.startswith(ELSEWHERE))


def _noted(snapshot: Snapshot, plan: engine.Plan, wish: str, every: bool) -> dict[str, Any]:
    why = plan.unmatched[wish]
    one = (why.smallest_change,) if why.smallest_change else ()
    changes = plan.unmatched.changes(wish) if every and isinstance(plan.unmatched, Unmatched) else one
    ranked = [_change(each, snapshot) for each in _ranked(changes)]
    code, figures = why.code.value, dict(why.figures)
    if code == engine.WhyNotCode.NO_VENUE_WITH_FEATURE:
        figures["features"] = real_features(str(figures["features"]))
        code, figures = (code, figures) if figures["features"] else ("venue_ruled_out", {})
    return {"code": code, "figures": figures, "change": ranked[0] if ranked else None, "changes": ranked}


def _ranked(changes: Iterable[engine.Change]) -> list[engine.Change]:
    """By whom they ask; among those that ask the same people, as the engine weighs them."""
    possible = [each for each in changes if ELSEWHERE not in each.subject]
    return sorted(possible, key=lambda each: next(rank for rank, codes in enumerate(ASKED_OF) if each.code in codes))


def _change(change: engine.Change, snapshot: Snapshot) -> dict[str, Any]:
    """Slots become moments, because the next run counts its slots from another day."""
    at = snapshot.calendar.moment(change.start).isoformat()
    told = {"code": change.code.value, "amount": change.amount, "subject": change.subject, "at": at}
    return told | {"venue": change.venue_id, "people": change.people}
