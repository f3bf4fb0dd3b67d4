"""How well the city is matched over time, for staff and operators: every run with its certificate."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotFound
from village_hub.matching import queries
from village_hub.matching.routes.blueprint import blueprint
from village_hub.people import queries as people
from village_hub.people.policies import is_operator, is_staff, is_staff_or_operator
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.web.accounts import required_account
from village_hub.web.formats import short_moment
from village_hub.web.i18n import language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import read_session

PAGE, DRAWN = 30, 40
WAYS = ("exact", "full", "changes")


@blueprint.get("/match-runs")
@policy(is_staff_or_operator)
def runs() -> ResponseReturnValue:
    session = read_session()
    listen(session, *_streams())
    way = request.args.get("way")
    way = way if way in WAYS else None
    page = max(1, request.args.get("page", 1, type=int))
    counts = queries.count_runs(session)
    number = counts.get(way, 0) if way else sum(counts.values())
    return render_template(
        "matching/runs.html",
        runs=queries.runs(session, way=way, limit=PAGE, after=(page - 1) * PAGE),
        drawn=[
            (short_moment(each.finished_at), round(100 * each.gap, 3), f"{100 * each.gap:.2f} %")
            for each in reversed(queries.runs(session, way=way, limit=DRAWN))
        ],
        way=way,
        ways=WAYS,
        counts=counts,
        page=page,
        pages=max(1, -(-number // PAGE)),
        address=lambda number: url_for(".runs", way=way, page=number),
    )


@blueprint.get("/match-runs/<uuid:run_id>")
@policy(is_staff_or_operator)
def run(run_id: UUID) -> ResponseReturnValue:
    """What one run saw, what it chose, and why; without the names of residents."""
    session = read_session()
    listen(session, *_streams())
    found = queries.run(session, run_id)
    if found is None:
        raise NotFound
    record = queries.record_of(session, run_id)
    plan = record.plan if record else None
    calendar_start = record.start if record else None
    classes = plan.classes if plan else ()
    taught = {UUID(each.topic) for each in classes}
    return render_template(
        "matching/run.html",
        run=found,
        plan=plan,
        moment=lambda slot: calendar_start + slot * queries.HALF_HOUR if calendar_start else None,
        topics=topics.names(session, taught, language()),
        names=people.names(session, {UUID(each.instructor_id) for each in classes}),
        venues=places.venues(session, {UUID(each.venue_id) for each in classes}),
        uuid=UUID,
        unmatched=queries.counted(each.code.value for each in plan.unmatched.values()) if plan else [],
    )


def _streams() -> list[str]:
    account = required_account()
    return [name for name, may in (("staff", is_staff(account)), ("operator", is_operator(account))) if may]
