"""The learning manager's board: what waits for a decision, who waits for an answer, who meets today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.home.queries import board as boards
from village_hub.home.routes.blueprint import blueprint
from village_hub.home.routes.first import this_day
from village_hub.invitations.queries import BoardProposal
from village_hub.learning_requests.queries import Named
from village_hub.people.policies import signed_in
from village_hub.villages import policies
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.web.accounts import required_account
from village_hub.web.formats import local
from village_hub.web.i18n import language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session

#: What of the board can be looked at by itself.
SHOWN_PROPOSALS = ("all", "proposed", "asked")
SHOWN_REQUESTS = ("all", "due", "open", "pooling", "asking")
#: More proposals than these are lines that open; more than those stand under their days.
CARDS, WITHOUT_DAYS = 8, 20
#: More requests than these are cut to the first of each topic, until somebody chooses the topic.
LISTED, FIRST = 40, 2
#: So many proposals, or requests for one topic, are on a page.
PAGE = 60


@dataclass(frozen=True, slots=True)
class View:
    """What of the board is shown."""

    proposals: str
    requests: str
    topic: str
    page: int

    def lists(self, each: Named, tonight: datetime) -> bool:
        """Whether a request is shown, as far as its state goes."""
        if self.requests == "due":
            return boards.is_due(each, tonight)
        return self.requests in ("all", each.request.state)

    def listed(self, number: int) -> slice:
        """Which of the requests of a topic are listed, where there are so many in all."""
        if self.topic:
            return slice((self.page - 1) * PAGE, self.page * PAGE)
        return slice(FIRST if number > LISTED else None)

    def arguments(self, **other: str) -> dict[str, Any]:
        """The first page of the same view but for one thing, as arguments of an address."""
        chosen = {"proposals": self.proposals, "requests": self.requests, "topic": self.topic} | other
        return {name: value for name, value in chosen.items() if value not in ("", "all")}


@blueprint.get("/villages/<uuid:village_id>/board")
@policy(signed_in)
def board(village_id: UUID) -> ResponseReturnValue:
    session = read_session()
    policies.require_running(required_account(), village_id)
    listen(session, f"board:{village_id}")
    village = villages.village(session, village_id)
    if village is None:
        raise NoSuchVillage
    today, tonight = this_day()
    found = boards.board(session, village_id, language(), today=today, tonight=tonight, now=now())
    view = View(
        _one_of("proposals", SHOWN_PROPOSALS),
        _one_of("requests", SHOWN_REQUESTS),
        request.args.get("topic", ""),
        max(1, request.args.get("page", 1, type=int)),
    )
    of_topic = [each for each in found.proposals if view.topic in ("", each.topic)]
    asked_for = [each for each in found.unanswered if view.topic in ("", each.topic)]
    proposals = [each for each in of_topic if view.proposals in ("all", each.proposal.state)]
    waiting = [each for each in asked_for if view.lists(each, tonight)]
    longest = max(len(proposals), len(waiting) if view.topic else 0)
    called = village.called(language())
    return render_template(
        "home/board.html",
        village=village,
        board=found,
        view=view,
        proposals=proposals,
        days=_days(proposals[(view.page - 1) * PAGE : view.page * PAGE]),
        are_lines=len(proposals) > CARDS,
        piles=boards.piles(waiting, tonight, view.listed(len(waiting))),
        pages=max(1, -(-longest // PAGE)),
        address=lambda number: url_for(".board", village_id=village_id, **view.arguments(page=str(number))),
        topics=sorted({each.topic for each in found.proposals} | {each.topic for each in found.unanswered}),
        counts=Counter(each.proposal.state for each in of_topic)
        + Counter(each.request.state for each in asked_for)
        + Counter(proposals=len(of_topic), requests=len(asked_for))
        + Counter(due=sum(boards.is_due(each, tonight) for each in asked_for)),
        is_due=lambda waiting: boards.is_due(waiting, tonight),
        due=found.due(tonight),
        contact={"name": called, "phone": village.phone},
        place_name=called,
    )


def _days(proposals: list[BoardProposal]) -> list[tuple[date | None, list[BoardProposal]]]:
    """Many proposals by the day of the class, those that wait for the manager first; few without days."""
    if len(proposals) <= WITHOUT_DAYS:
        return [(None, proposals)]
    days: dict[date | None, list[BoardProposal]] = {}
    for each in proposals:
        day = local(each.proposal.starts_at).date() if each.proposal.state == "proposed" else None
        days.setdefault(day, []).append(each)
    return list(days.items())


def _one_of(name: str, known: tuple[str, ...]) -> str:
    chosen = request.args.get(name, "all")
    return chosen if chosen in known else "all"
