"""A village's board, read in few queries: names, topics and places are asked for once for everything on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.activities.queries import Desk
from village_hub.clubs import queries as clubs
from village_hub.clubs.queries import ClubFacts
from village_hub.invitations import queries as invitations
from village_hub.invitations.queries import BoardProposal
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests.queries import Named
from village_hub.matching import queries as matching
from village_hub.notifications import queries as notifications
from village_hub.notifications.queries import ToPhone
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.topics import queries as topics


@dataclass(frozen=True, slots=True)
class Board:
    """What waits for the manager's decision, who waits for an answer or a call, and who meets today."""

    proposals: list[BoardProposal]
    unanswered: list[Named]
    desks: list[tuple[Desk, str]]
    to_phone: list[ToPhone]
    clubs: list[ClubFacts]

    @property
    def to_decide(self) -> int:
        """How many proposals wait for the manager."""
        return sum(each.proposal.state == "proposed" for each in self.proposals)

    def due(self, tonight: datetime) -> int:
        """How many promises end today or have ended."""
        return sum(is_due(each, tonight) for each in self.unanswered)


@dataclass(frozen=True, slots=True)
class Pile:
    """Requests for one topic, the oldest promise first."""

    topic: str
    waiting: tuple[Named, ...]
    due: int
    #: Those that the page lists; the others are a press away.
    shown: tuple[Named, ...]

    @property
    def people(self) -> int:
        return sum(each.request.people for each in self.waiting)

    @property
    def found(self) -> int:
        """How many are in a proposal, or somebody is asked for them."""
        return sum(each.request.state != "open" for each in self.waiting)

    @property
    def obstacle(self) -> tuple[str, int] | None:
        """What stands in the way of most of the others, and of how many."""
        known = (each.request for each in self.waiting if each.request.state == "open")
        codes = Counter(each.why_not.code for each in known if each.why_not)
        return codes.most_common(1)[0] if codes else None


@dataclass(frozen=True, slots=True)
class Summary:
    """A board in figures."""

    waiting: int
    due: int
    to_decide: int
    today: int


def is_due(waiting: Named, tonight: datetime) -> bool:
    """Whether the promised day is here."""
    return waiting.request.next_at is not None and waiting.request.next_at <= tonight


def piles(waiting: Iterable[Named], tonight: datetime, shown: slice) -> list[Pile]:
    """Requests by topic, the topic with the oldest promise first; of each those within `shown` are listed."""
    by_topic: dict[str, list[Named]] = {}
    for each in waiting:
        by_topic.setdefault(each.topic, []).append(each)
    return [
        Pile(topic, tuple(named), sum(is_due(each, tonight) for each in named), tuple(named[shown]))
        for topic, named in by_topic.items()
    ]


def board(
    session: Session, village_id: UUID, locale: str, *, today: datetime, tonight: datetime, now: datetime
) -> Board:
    """Everything on the board; `today` and `tonight` bound the day on the city's clock."""
    found = matching.proposals_on_board(session, village_id)
    asked = invitations.asked_for(session, found)
    waiting = learning_requests.unanswered(session, village_id)
    meeting = activities.desks(session, village_id, today, tonight)
    who = {each.instructor_id for each in found} | {one.instructor_id for each in asked.values() for one in each}
    who |= {person for each in waiting for person in (each.requester_id, each.owner_id) if person}
    calls = notifications.calls_due(session, village_id, now)
    names, phones = people.names_and_phones(session, who, {person_id for person_id, _ in calls})
    taught = {each.topic_id for each in found} | {each.topic_id for each in waiting}
    known = topics.names(session, taught, locale)
    rooms = {each.venue_id for each in found} | {each.venue_id for each in meeting if each.venue_id}
    venues = places.venues(session, rooms)
    proposals = [
        BoardProposal(
            each,
            known[each.topic_id],
            names[each.instructor_id],
            venues[each.venue_id].label,
            tuple((one, names[one.instructor_id]) for one in asked.get(each.id, ())),
        )
        for each in found
    ]
    return Board(
        proposals=sorted(proposals, key=lambda row: row.proposal.state == "asked"),
        unanswered=[
            Named(each, known[each.topic_id], names[each.requester_id], names.get(each.owner_id or each.id, ""))
            for each in waiting
        ],
        desks=[(each, venues[each.venue_id].label if each.venue_id else each.place_text) for each in meeting],
        to_phone=[ToPhone(notice, names[person_id], phones[person_id]) for person_id, notice in calls],
        clubs=clubs.clubs_of_village(session, village_id),
    )


def summary(session: Session, village_id: UUID, today: datetime, tonight: datetime) -> Summary:
    """How much waits for a village's learning manager."""
    waiting = learning_requests.unanswered(session, village_id)
    due = sum(each.next_at is not None and each.next_at <= tonight for each in waiting)
    to_decide = matching.counts(session, village_id).get("proposed", 0)
    return Summary(len(waiting), due, to_decide, len(activities.desks(session, village_id, today, tonight)))
