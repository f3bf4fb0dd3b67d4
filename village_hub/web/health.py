"""A page for supervisors and proxies: the process answers and reaches its database."""

from __future__ import annotations

from flask import Flask, Response, jsonify
from sqlalchemy import text

from village_hub.web.policy import policy, public
from village_hub.web.transactions import read_session


def init_app(app: Flask) -> None:
    """Answer `GET /health`."""
    app.add_url_rule("/health", "health", policy(public)(_health))


def _health() -> Response:
    read_session().execute(text("SELECT 1"))
    return jsonify(status="ok")
