"""Pages composed of several capabilities, and the frame around every page."""

from __future__ import annotations

from flask import Flask

from village_hub.activities.routes.views import leaf_words, map_link
from village_hub.home.routes import board, community, first, frame, operation, styleguide
from village_hub.home.routes.blueprint import blueprint
from village_hub.web.hub import of

__all__ = ["blueprint", "board", "community", "first", "init_app", "operation"]


def init_app(app: Flask) -> None:
    """Put the menu and the contact into every page's frame; show the components in development only."""
    frame.init_app(app)
    app.jinja_env.globals.update(leaf_words=leaf_words, map_link=map_link)
    if of(app).settings.is_development:
        styleguide.init_app(app)
