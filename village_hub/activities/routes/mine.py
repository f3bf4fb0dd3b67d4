"""What I have signed up for, and what I teach."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from village_hub.activities import queries
from village_hub.activities.queries import Status
from village_hub.activities.routes.blueprint import blueprint
from village_hub.people.policies import signed_in
from village_hub.web.accounts import required_account
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session

#: Activities whose seats count live; a socket hears fifty streams.
MOST_HEARD = 40
OVER = (Status.ENDED, Status.CANCELLED)


@blueprint.get("/my/activities")
@policy(signed_in)
def mine() -> ResponseReturnValue:
    session, account = read_session(), required_account()
    enrolments = queries.enrolments_of(session, account.id)
    listen(session, f"person:{account.id}", *(f"activity:{each.activity_id}" for each in enrolments[:MOST_HEARD]))
    activities = queries.activities(session, [each.activity_id for each in enrolments], now())
    shown = [(activities[each.activity_id], each) for each in enrolments]
    shown.sort(key=lambda pair: (pair[0].shown_at is None, pair[0].shown_at))
    coming = [pair for pair in shown if pair[0].status(now()) not in OVER]
    return render_template(
        "activities/mine.html",
        coming=[pair for pair in coming if pair[1].state == "seated"],
        waiting=[pair for pair in coming if pair[1].state == "waiting"],
        past=[pair for pair in reversed(shown) if pair[0].status(now()) in OVER],
        teaching=queries.taught_by(session, account.id, now()),
        completed=queries.completions_of(session, account.id),
        now=now(),
        refresh_except=["seats"],
    )
