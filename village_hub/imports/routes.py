"""Importing for the city's staff: hand a file in, look at what it would change, apply it or give it up."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from village_hub.imports import queries, service
from village_hub.imports.errors import NoSuchImport
from village_hub.imports.exporting import problems_file
from village_hub.imports.forms import KIND_HINTS, KIND_WORDS, ImportForm
from village_hub.imports.queries import RunFacts
from village_hub.imports.reading import Code, FileRefused, Kind, explain
from village_hub.people import queries as people
from village_hub.people.policies import is_staff_or_operator
from village_hub.web.accounts import current_account, required_account
from village_hub.web.hub import hub
from village_hub.web.i18n import _
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("imports", __name__, template_folder="templates")

PREVIEWED, LISTED = 10, 50
#: Bytes of a form around its file.
AROUND = 64 * 1024
#: The columns by which a person knows a row again.
TELLING = {
    Kind.COURSES: ("강좌명", "교육시작일자", "교육종료일자", "운영요일", "교육장소"),
    Kind.FACILITIES: ("개방시설명", "개방장소명", "소재지도로명주소", "수용가능인원수"),
    Kind.LIBRARIES: ("도서관명", "소재지도로명주소", "휴관일"),
    Kind.DISTRICTS: ("adm_code10", "sgg", "dong"),
}


def init_app(app: Flask) -> None:
    """Only staff may send a form as large as a file; it is protected by its route, once its sender is known."""
    app.extensions["csrf"].exempt(upload)

    @app.before_request
    def _admit_file() -> None:
        if request.endpoint == "imports.upload" and is_staff_or_operator(current_account()):
            request.max_content_length = hub().settings.import_limit + AROUND


@blueprint.get("/imports")
@policy(is_staff_or_operator)
def index() -> ResponseReturnValue:
    session = read_session()
    listen(session, "imports")
    runs = queries.runs(session)
    names = people.names(session, {each.started_by for each in runs if each.started_by})
    return render_template("imports/index.html", runs=runs, names=names, kinds=KIND_WORDS)


@blueprint.get("/imports/new")
@policy(is_staff_or_operator)
def new() -> ResponseReturnValue:
    return _page(ImportForm(formdata=None, kind=request.args.get("kind")))


@blueprint.post("/imports")
@policy(is_staff_or_operator)
def upload() -> ResponseReturnValue:
    if current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()
    form = ImportForm()
    if not form.validate_on_submit():
        return _page(form), 422
    name = Path((form.file.data.filename or "").replace("\\", "/")).name[:200]
    stored = _store(form.file.data.stream)
    try:
        with write_session() as session:
            run_id = service.upload(
                session,
                Kind(form.kind.data),
                file_name=name,
                size=stored.stat().st_size,
                stored_at=str(stored),
                by=required_account().id,
                now=now(),
            )
            return see_other(url_for(".run", run_id=run_id))
    except BaseException:
        stored.unlink(missing_ok=True)
        raise


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Nothing of the file was read; whoever may hand one in is told how large it may be."""
    if not is_staff_or_operator(current_account()):
        return redirect(url_for(".new"), 303)
    form = ImportForm(formdata=None)
    form.refusal = explain(FileRefused(Code.TOO_LARGE, {"limit": hub().settings.import_limit}), gettext)
    return _page(form), 413


@blueprint.get("/imports/<uuid:run_id>")
@policy(is_staff_or_operator)
def run(run_id: UUID) -> ResponseReturnValue:
    session = read_session()
    listen(session, "imports")
    facts = _run(run_id)
    return render_template(
        "imports/run.html",
        run=facts,
        kinds=KIND_WORDS,
        refusal=explain(facts.refusal, gettext) if facts.refusal else None,
        telling=TELLING[facts.kind],
        rows=queries.staged(session, run_id, limit=PREVIEWED) if facts.state == queries.RunState.CHECKED else [],
        problems=[(each, explain(each, gettext)) for each in queries.problems(session, run_id, limit=LISTED)],
        started_by=people.names(session, [facts.started_by]).get(facts.started_by) if facts.started_by else None,
    )


@blueprint.post("/imports/<uuid:run_id>/approval")
@policy(is_staff_or_operator)
def approve(run_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.approve(session, run_id, by=required_account().id, now=now())
        return see_other(url_for(".run", run_id=run_id))


@blueprint.post("/imports/<uuid:run_id>/withdrawal")
@policy(is_staff_or_operator)
def discard(run_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        service.discard(session, run_id, by=required_account().id, now=now())
        flash(_("Given up. Nothing was changed."), "info")
        return see_other(url_for(".index"))


@blueprint.get("/imports/<uuid:run_id>/problems.csv")
@policy(is_staff_or_operator)
def problems(run_id: UUID) -> ResponseReturnValue:
    facts = _run(run_id)
    listed = list(queries.problems(read_session(), run_id))
    answer = Response(problems_file(listed), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"problems-{facts.kind}-{facts.id}.csv")
    return answer


def _page(form: ImportForm) -> str:
    return render_template("imports/new.html", form=form, hints=KIND_HINTS, limit=hub().settings.import_limit)


def _store(stream: BinaryIO) -> Path:
    """The upload waits under a name of ours; one that nobody has read for two days is swept away."""
    folder = hub().settings.home.absolute() / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    too_old = now().timestamp() - 2 * 24 * 3600
    for left in folder.iterdir():
        if left.stat().st_mtime < too_old:
            left.unlink(missing_ok=True)
    path = folder / str(hub().database.ids.new())
    with path.open("wb") as file:
        while chunk := stream.read(1 << 20):
            file.write(chunk)
    return path


def _run(run_id: UUID) -> RunFacts:
    facts = queries.run(read_session(), run_id)
    if facts is None:
        raise NoSuchImport
    return facts
