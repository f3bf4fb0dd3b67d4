"""What a change would cost, in names instead of ids, as far as the reader may know them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import request

from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries
from village_hub.matching.queries import ProposalFacts, TrialFacts
from village_hub.people import queries as people
from village_hub.people.policies import manages
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.web.accounts import required_account
from village_hub.web.i18n import language
from village_hub.web.transactions import read_session


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who, where and when a class would be."""

    instructor: str
    venue: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """A class of others that would be otherwise."""

    topic: str
    people: int
    before: Meeting
    after: Meeting


@dataclass(frozen=True, slots=True)
class Cost:
    """An answer in words: `state` is waiting, counted, outside or moved_on; names only of the reader's own village."""

    state: str
    cost: float = 0.0
    itself: Meeting | None = None
    lost: int = 0
    lost_names: tuple[str, ...] = ()
    won: int = 0
    won_names: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    regrouped: int = 0
    asked: dict[str, object] = field(default_factory=dict)


def asked(proposal: ProposalFacts) -> TrialFacts | None:
    """The question that the address names, where it is about this proposal."""
    try:
        named = UUID(request.args.get("trial", ""))
    except ValueError:
        return None
    trial = queries.trial(read_session(), named)
    return trial if trial and trial.proposal_id == proposal.id else None


def told(trial: TrialFacts, proposal: ProposalFacts) -> Cost:
    """The answer as the page tells it."""
    if trial.answer is None or trial.answer["state"] != "counted":
        return Cost(trial.answer["state"] if trial.answer else "waiting", asked=trial.asked)
    answer, session = trial.answer, read_session()
    meetings = [one for each in answer["moved"] for one in (each["from"], each["to"])]
    meetings += [answer["itself"]] if answer["itself"] else []
    names = people.names(session, {UUID(each["instructor_id"]) for each in meetings})
    rooms = places.venues(session, {UUID(each["venue_id"]) for each in meetings})
    taught = topics.names(session, {UUID(each["topic"]) for each in answer["moved"]}, language())

    def meeting(each: dict[str, str]) -> Meeting:
        starts_at = datetime.fromisoformat(each["starts_at"])
        return Meeting(names[UUID(each["instructor_id"])], rooms[UUID(each["venue_id"])].label, starts_at)

    return Cost(
        "counted",
        answer["cost"],
        meeting(answer["itself"]) if answer["itself"] else None,
        answer["people_no_longer"],
        _names(answer["no_longer"]),
        answer["people_only_then"],
        _names(answer["only_then"]),
        tuple(
            Moved(taught[UUID(each["topic"])], each["people"], meeting(each["from"]), meeting(each["to"]))
            for each in answer["moved"]
        ),
        answer["regrouped"],
        trial.asked,
    )


def _names(ids: list[str]) -> tuple[str, ...]:
    """Who asked, in villages that the reader runs."""
    session, account = read_session(), required_account()
    known = learning_requests.requests(session, map(UUID, ids)).values() if ids else ()
    mine = [each.requester_id for each in known if manages(account, each.village_id)]
    names = people.names(session, set(mine))
    return tuple(sorted(names[each] for each in mine))
