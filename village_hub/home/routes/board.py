"""The learning manager's board: what waits for a decision, who waits for an answer, who meets today."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from village_hub.home.queries import board as boards
from village_hub.home.routes.blueprint import blueprint
from village_hub.home.routes.first import this_day
from village_hub.people.policies import signed_in
from village_hub.villages import policies
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.web.accounts import required_account
from village_hub.web.i18n import language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session


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
    called = village.called(language())
    return render_template(
        "home/board.html",
        village=village,
        board=found,
        is_due=lambda waiting: boards.is_due(waiting, tonight),
        due=found.due(tonight),
        contact={"name": called, "phone": village.phone},
        place_name=called,
    )
