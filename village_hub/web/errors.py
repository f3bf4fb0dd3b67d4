"""Every error page is kind: it says what happened and what to do next."""

from __future__ import annotations

import logging
from typing import cast

from flask import Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from village_hub.kernel.errors import Busy, DomainError
from village_hub.kernel.idempotency import AlreadyAnswered
from village_hub.web import idempotency
from village_hub.web.hub import hub
from village_hub.web.i18n import _, explain, own_path

#: Answers with which a form says no.
REFUSALS = (403, 404, 409, 422)

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer every refusal and failure with a page of ours."""
    app.register_error_handler(AlreadyAnswered, _answered_before)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(NoConnection, lambda _: _refused(Busy()))
    app.register_error_handler(CSRFError, _too_old)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(Exception, _broken)
    app.after_request(_same_answer)


def _same_answer(response: Response) -> Response:
    """A form that was carried out has its answer, also where it would be refused by now: withdrawn is withdrawn."""
    if response.status_code not in REFUSALS:
        return response
    before = idempotency.answered_before()
    return cast(Response, redirect(before, 303)) if before else response


def _answered_before(error: AlreadyAnswered) -> ResponseReturnValue:
    return redirect(error.location or own_path(request.referrer), 303)


def _refused(error: DomainError) -> ResponseReturnValue:
    page = _page(
        error.status, _("This did not work"), explain(error), _("Go back and try again, or call your village.")
    )
    return (*page, {"Retry-After": "3"}) if isinstance(error, Busy) else page


def _too_old(_error: CSRFError) -> ResponseReturnValue:
    what = _("This page was open for a long time, so we could not be sure that it was you who sent the form.")
    return _page(400, _("Please send it once more"), what, _("Go back, load the page again and send it once more."))


def _failed(error: HTTPException) -> ResponseReturnValue:
    if error.code == 401:
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)
    title, what, then = _words(error.code or 500)
    return _page(error.code or 500, title, what, then)


def _broken(error: Exception) -> ResponseReturnValue:
    log.error("a page broke: %s %s", request.method, request.path, exc_info=error)
    if hub().settings.environment == "test":
        raise error
    return _page(500, *_words(500))


def _words(code: int) -> tuple[str, str, str]:
    match code:
        case 400:
            what = _("What your browser sent could not be read.")
            return _("We did not understand this"), what, _("Go back, load the page again and send it once more.")
        case 403:
            what = _("This page is for other people of the village.")
            return _("You cannot open this"), what, _("If you think you should, please call your learning manager.")
        case 404 | 405 | 410:
            what = _("The page may have been moved, or the address is not quite right.")
            return _("We cannot find this page"), what, _("Go to the first page, or call your village.")
        case 413:
            return _("This file is too large"), _("We could not take it."), _("Choose a smaller file.")
        case 429:
            what = _("There were very many tries in a short time.")
            return _("Please wait a moment"), what, _("Try again in a few minutes.")
    what = _("Something broke on our side. Nothing that you saved before is lost.")
    return _("This did not work"), what, _("Please try again in a moment, or call your village.")


def _page(code: int, title: str, what: str, then: str) -> tuple[str, int]:
    page = render_template(
        "errors/error.html", code=code, title=title, what_happened=what, what_to_do=then, home_url="/"
    )
    return page, code
