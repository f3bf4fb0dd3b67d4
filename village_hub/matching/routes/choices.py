"""Whom and which room a changed proposal can have: first what suits the group, the others with what they lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from village_hub.matching.queries import Fit, Lack, LackCode, ProposalFacts, Room
from village_hub.people import queries as people
from village_hub.people.policies import manages
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _, ngettext
from village_hub.web.transactions import read_session

#: A value, its words, and attributes of the option.
Choice = tuple[str, str, dict[str, bool]]
Spans = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One request of the group; without a name where the reader does not run its village."""

    name: str
    request_id: UUID
    people: int
    weekly: Spans
    is_away: bool


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against an hour, a room and an instructor."""

    away: int
    room: str
    lacks: tuple[str, ...]
    instructor: str

    def __bool__(self) -> bool:
        return bool(self.away or self.lacks or self.instructor)


def rooms(fit: Fit) -> dict[str, list[Choice]]:
    """Rooms that suit the group, the nearest first, then the others; nobody can choose one that is too small."""
    suiting = [_room(each) for each in fit.rooms if not each.lacks]
    lacking = [_room(each) for each in fit.rooms if each.lacks]
    groups = {_("Suits the group, the nearest first"): suiting, _("Lacks something"): lacking}
    return {words: choices for words, choices in groups.items() if choices}


def instructors(proposal: ProposalFacts, fit: Fit, names: Mapping[UUID, str]) -> list[Choice]:
    """The proposed instructor and the next best, those who teach at that hour first."""
    able = sorted((proposal.instructor_id, *proposal.alternatives), key=lambda each: each in fit.not_teaching)
    busy = [_("%(name)s · not free then", name=names[each]) if each in fit.not_teaching else "" for each in able]
    return [(str(each), words or names[each], {}) for each, words in zip(able, busy, strict=True)]


def members(fit: Fit) -> list[Member]:
    """Who is in the group and when they can come, those who have not named the hour first."""
    account = required_account()
    mine = {each.id: each.requester_id for each in fit.wishes if manages(account, each.village_id)}
    names = people.names(read_session(), set(mine.values()))
    found = [
        Member(
            names[mine[each.id]] if each.id in mine else "", each.id, each.people, each.weekly, each.id in fit.away
        )
        for each in fit.wishes
    ]  # fmt: skip
    return sorted(found, key=lambda each: (not each.is_away, not each.name, each.name))


def doubts(fit: Fit, venue_id: UUID, instructor_id: UUID, names: Mapping[UUID, str]) -> Doubts:
    """What whoever chooses this should know first."""
    room = fit.room(venue_id)
    return Doubts(
        away=sum(each.people for each in fit.wishes if each.id in fit.away),
        room=room.venue.label if room else "",
        lacks=tuple(_lacks(room.lacks)) if room else (),
        instructor=names.get(instructor_id, "") if instructor_id in fit.not_teaching else "",
    )


def _room(each: Room) -> Choice:
    where = _("%(place)s · %(km)s km", place=each.venue.label, km=f"{each.metres / 1000:.1f}")
    too_small = any(lack.code == LackCode.TOO_SMALL for lack in each.lacks)
    attributes = {"disabled": True} if too_small else {}
    return str(each.venue.id), " · ".join([where, *_lacks(each.lacks)]), attributes


def _lacks(found: Iterable[Lack]) -> list[str]:
    return [_words(each.number)[each.code] for each in found]


def _words(number: int) -> dict[LackCode, str]:
    return {
        LackCode.TOO_SMALL: _("holds only %(count)s", count=number),
        LackCode.CLOSED: _("closed then"),
        LackCode.HOURS_UNKNOWN: _("opening hours unknown"),
        LackCode.TAKEN: _("taken then"),
        LackCode.TOO_FAR: ngettext("too far for %(num)s person", "too far for %(num)s people", number),
        LackCode.NOT_ACCESSIBLE: ngettext("not usable for %(num)s person", "not usable for %(num)s people", number),
        LackCode.RULED_OUT: _("ruled out by a decision"),
        LackCode.OWN_PLACE: ngettext("%(num)s person wants another", "%(num)s people want another", number),
        LackCode.FAR_TO_TEACH: _("too far for the instructor"),
    }
