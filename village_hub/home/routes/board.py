"""The learning manager's board: what waits for a decision, who waits for an answer, who meets today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from village_hub.home.queries import board as boards
from village_hub.home.routes.blueprint import blueprint
from village_hub.home.routes.first import this_day
from village_hub.learning_requests.queries import Named
from village_hub.people.policies import signed_in
from village_hub.villages import policies
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.web.accounts import required_account
from village_hub.web.i18n import language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session

#: What of the board can be looked at by itself.
SHOWN_PROPOSALS = ("all", "proposed", "asked")
SHOWN_REQUESTS = ("all", "due", "open", "pooling", "asking")


@dataclass(frozen=True, slots=True)
class View:
    """What of the board is shown."""

    proposals: str
    requests: str
    topic: str

    def shows(self, state: str, topic: str) -> bool:
        """Whether a proposal is shown."""
        return self.proposals in ("all", state) and self.topic in ("", topic)

    def lists(self, each: Named, tonight: datetime) -> bool:
        """Whether a request is shown."""
        here = boards.is_due(each, tonight) if self.requests == "due" else self.requests in ("all", each.request.state)
        return here and self.topic in ("", each.topic)

    def arguments(self, **other: str) -> dict[str, str]:
        """The same view but for one thing, as arguments of an address."""
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
        _one_of("proposals", SHOWN_PROPOSALS), _one_of("requests", SHOWN_REQUESTS), request.args.get("topic", "")
    )
    called = village.called(language())
    return render_template(
        "home/board.html",
        village=village,
        board=found,
        view=view,
        proposals=[each for each in found.proposals if view.shows(each.proposal.state, each.topic)],
        piles=boards.piles((each for each in found.unanswered if view.lists(each, tonight)), tonight),
        topics=sorted({each.topic for each in found.proposals} | {each.topic for each in found.unanswered}),
        counts=Counter(each.proposal.state for each in found.proposals)
        + Counter(each.request.state for each in found.unanswered),
        is_due=lambda waiting: boards.is_due(waiting, tonight),
        due=found.due(tonight),
        contact={"name": called, "phone": village.phone},
        place_name=called,
    )


def _one_of(name: str, known: tuple[str, ...]) -> str:
    chosen = request.args.get(name, "all")
    return chosen if chosen in known else "all"
