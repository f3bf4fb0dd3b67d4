"""What the page's frame shows everywhere: who is signed in, the way to sign in, and a fresh key for each form."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request, url_for

from village_hub.web.accounts import current_account
from village_hub.web.hub import hub
from village_hub.web.i18n import own_path


def init_app(app: Flask) -> None:
    """Offer the frame's values to every template."""
    app.jinja_env.globals["idempotency_key"] = lambda: str(hub().database.ids.new())

    @app.context_processor
    def _frame() -> dict[str, object]:
        here = _here()
        sign_in = url_for("people.sign_in", next=here) if here != "/" else url_for("people.sign_in")
        return {"current_person": current_account(), "here": here, "sign_in_url": sign_in}


def _here() -> str:
    """The page that can be opened again: this one, or for an answer to a form the one the form was on."""
    if request.method in ("GET", "HEAD"):
        return request.full_path if request.query_string else request.path
    before = urlsplit(request.referrer or "/")
    return own_path(before.path + (f"?{before.query}" if before.query else ""))
