"""The pages of villages; the village's own page is composed elsewhere."""

from __future__ import annotations

from flask import Flask

from village_hub.people import queries as people
from village_hub.villages import queries
from village_hub.villages.routes import index, managers, members, running  # noqa: F401  (their routes)
from village_hub.villages.routes.blueprint import blueprint
from village_hub.villages.routes.views import village_path

__all__ = ["blueprint", "init_app", "village_path"]


def init_app(app: Flask) -> None:
    """Let pages lead to a village, and the page of roles name the villages that a manager can have."""
    app.jinja_env.globals["village_path"] = village_path
    people.name_scopes("learning_manager", lambda session: {each.id: each.name for each in queries.villages(session)})
