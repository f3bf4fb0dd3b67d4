"""`GET /signals?after={"stream": seq, …}`: the same signals without a WebSocket."""

from __future__ import annotations

import json

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from village_hub.kernel import signals
from village_hub.live import registry
from village_hub.live.admission import admit, wanted
from village_hub.live.namespace import Identify
from village_hub.web.policy import policy, public
from village_hub.web.transactions import read_session


def blueprint(identify: Identify) -> Blueprint:
    """The route. It is public; each stream is asked who may hear it."""
    routes = Blueprint("signals", __name__)

    @routes.get("/signals")
    @policy(public)
    def missed() -> ResponseReturnValue:
        """What was said after the given positions; refused streams are listed."""
        try:
            positions = wanted(json.loads(request.args.get("after", "")))
        except (ValueError, RecursionError):
            abort(400)
        listener = identify(request.environ)
        session = read_session()
        admission = admit(session, registry.of(current_app), listener.person_id, positions)
        said = signals.after(session, admission.start)
        answer = jsonify(
            accepted=admission.accepted,
            refused=admission.refused,
            resync=admission.outdated,
            signals=[
                {"stream": each.stream, "seq": each.seq, "type": each.type, "payload": each.payload} for each in said
            ],
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes
