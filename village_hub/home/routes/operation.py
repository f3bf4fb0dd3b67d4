"""The operator's pages: how the installation is doing, and jobs that need somebody."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub import doctor
from village_hub.home import machine
from village_hub.home.queries import operation as operations
from village_hub.home.routes.blueprint import blueprint
from village_hub.kernel import jobs
from village_hub.kernel.signals import emit
from village_hub.matching import queries as matching
from village_hub.people.policies import is_operator
from village_hub.web.formats import duration
from village_hub.web.hub import hub
from village_hub.web.i18n import _
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

RUNS = 10


@blueprint.get("/operator")
@policy(is_operator)
def operation() -> ResponseReturnValue:
    session, settings = read_session(), hub().settings
    listen(session, "operator")
    state = request.args.get("state")
    state = state if state in operations.STATES else None
    page = max(1, request.args.get("page", 1, type=int))
    health = operations.health(session, now())
    return render_template(
        "home/operation.html",
        health=health,
        redis_answers=machine.redis_answers(settings.redis),
        disk=machine.disk_free(settings.home),
        version=machine.own_version(),
        state=state,
        page=page,
        pages=_pages(health, state),
        jobs=operations.jobs(session, state, page),
        runs=matching.last_runs(session, RUNS),
        examination=doctor.last_examination(session),
        address=lambda number: url_for(".operation", state=state, page=number),
        refresh_every=machine.LOOK_AGAIN,
    )


@blueprint.post("/operator/jobs/<uuid:job_id>/run")
@policy(is_operator)
def run_job(job_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        if jobs.run_again(session, job_id, now=now()):
            emit(session, "operator", "job.changed", {"id": str(job_id)})
            flash(_("The job runs again."), "good")
        else:
            flash(_("This job does not wait for you any more."), "info")
        return see_other(url_for(".operation"))


@blueprint.app_template_filter("lag")
def lag_words(lag: timedelta) -> str:
    """`40 s` below two minutes, else minutes and hours."""
    seconds = round(lag.total_seconds())
    return _("%(count)s s", count=seconds) if seconds < 120 else duration(seconds // 60)


def _pages(health: operations.Health, state: str | None) -> int:
    jobs_in_view = health.counts.get(state, 0) if state else health.troubled
    return max(1, -(-jobs_in_view // operations.PAGE))
