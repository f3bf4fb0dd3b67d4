"""What learning managers ruled out, in terms of the engine: pairs that must not meet, and places left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from village_hub.learning_requests.queries import Wish
from village_hub.matching.models import DecisionKind
from village_hub.matching.queries.decisions import DecisionFacts

#: To a room that is ruled out for a wish, all others have one thing ahead: being another room.
ELSEWHERE = "elsewhere than "


@dataclass(frozen=True, slots=True)
class RuledOut:
    """(wish, instructor) and (wish, venue) pairs, and pairs of wishes that share no class; each in order."""

    instructors: tuple[tuple[UUID, UUID], ...]
    venues: tuple[tuple[UUID, UUID], ...]
    apart: tuple[tuple[UUID, UUID], ...]


def ruled_out(rules: Iterable[DecisionFacts], wishes: Sequence[Wish]) -> RuledOut:
    """What these rules mean for these wishes; somebody's own place is theirs to choose."""
    instructors: set[tuple[UUID, UUID]] = set()
    venues: set[tuple[UUID, UUID]] = set()
    apart: set[tuple[UUID, UUID]] = set()
    for rule in rules:
        meant = [each for each in wishes if _is_meant(rule, each)]
        if rule.kind == DecisionKind.INSTRUCTOR and rule.instructor_id:
            instructors.update((each.id, rule.instructor_id) for each in meant)
        elif rule.kind == DecisionKind.VENUE and rule.venue_id:
            venues.update((each.id, rule.venue_id) for each in meant if each.venue_id != rule.venue_id)
        elif rule.kind == DecisionKind.APART:
            apart.update(_pairs(rule, meant))
    return RuledOut(tuple(sorted(instructors)), tuple(sorted(venues)), tuple(sorted(apart)))


def needs_of(wish_id: UUID, ruled: RuledOut) -> frozenset[str]:
    """What a wish asks of its room so that it is none of those ruled out for it."""
    return frozenset(f"{ELSEWHERE}{venue}" for wish, venue in ruled.venues if wish == wish_id)


def features_of(venue_id: UUID, ruled: RuledOut) -> frozenset[str]:
    """Which of the rooms ruled out a room is not."""
    return frozenset(f"{ELSEWHERE}{other}" for _, other in ruled.venues if other != venue_id)


def _is_meant(rule: DecisionFacts, wish: Wish) -> bool:
    if rule.everybody:
        return wish.village_id == rule.village_id
    return not set(rule.people).isdisjoint((wish.requester_id, *wish.companions))


def _pairs(rule: DecisionFacts, wishes: Sequence[Wish]) -> Iterable[tuple[UUID, UUID]]:
    for one in wishes:
        for other in wishes:
            mine = set(rule.people) & {one.requester_id, *one.companions}
            theirs = set(rule.people) & {other.requester_id, *other.companions}
            if one.id < other.id and len(mine | theirs) > 1:
                yield one.id, other.id
