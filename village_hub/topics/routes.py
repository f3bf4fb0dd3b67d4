"""What can be learned, grouped by area and found by free text."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from village_hub.topics import queries
from village_hub.web.i18n import language
from village_hub.web.policy import policy, public
from village_hub.web.transactions import read_session

blueprint = Blueprint("topics", __name__, template_folder="templates")


@blueprint.get("/topics")
@policy(public)
def index() -> ResponseReturnValue:
    session, words = read_session(), request.args.get("words", "").strip()[:200]
    found = queries.find(session, words, language()) if words else []
    return render_template("topics/index.html", areas=queries.areas(session, language()), found=found, words=words)
