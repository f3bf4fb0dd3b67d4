"""The one module that wires every capability into an application."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from village_hub.activities import routes as activities
from village_hub.activities import streams as activity_streams
from village_hub.clubs import routes as clubs
from village_hub.clubs import streams as club_streams
from village_hub.credits import routes as credits
from village_hub.feedback import routes as feedback
from village_hub.home import routes as home
from village_hub.imports import routes as imports
from village_hub.imports import streams as import_streams
from village_hub.invitations import routes as invitations
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import RedisDoorbell
from village_hub.kernel.settings import Settings
from village_hub.learning_requests import routes as learning_requests
from village_hub.live import registry, server
from village_hub.matching import routes as matching
from village_hub.notifications import routes as notifications
from village_hub.people import routes as people
from village_hub.people import streams as people_streams
from village_hub.people.queries import ended_sign_ins
from village_hub.people.routes import listening
from village_hub.people.routes.device import cookie_of
from village_hub.places import routes as places
from village_hub.places import streams as place_streams
from village_hub.reporting import routes as reporting
from village_hub.reporting import streams as reporting_streams
from village_hub.talents import routes as talents
from village_hub.topics import routes as topics
from village_hub.villages import routes as villages
from village_hub.villages import streams as village_streams
from village_hub.web import assets, errors, health, hub, i18n, layout, live, policy, security, transactions
from village_hub.what_if import routes as what_if
from village_hub.what_if import streams as what_if_streams

#: The largest form a page takes, in bytes; imports set their own limit on their own route.
LARGEST_FORM = 2 * 1024 * 1024

#: Every capability's pages, in the order of a resident's journey; people first, since they say who asks.
PAGES = (
    people, imports, topics, places, villages, clubs, talents, learning_requests, matching, invitations, activities,
    feedback, credits, notifications, reporting, what_if, home,
)  # fmt: skip
#: Every stream that can be listened to.
STREAMS = (
    people_streams,
    import_streams,
    place_streams,
    village_streams,
    club_streams,
    activity_streams,
    reporting_streams,
    what_if_streams,
)


def open_database(settings: Settings) -> Database:
    """The database of an installation, with the doorbell of its Redis."""
    return Database(settings.database, doorbell=RedisDoorbell(settings.redis))


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Build the application; raises MissingPolicy where a route or stream does not say who may use it."""
    app = Flask(
        "village_hub", static_folder=str(assets.DIST), static_url_path="/assets", template_folder="web/templates"
    )
    app.extensions[hub.NAME] = hub.Hub(settings, database or open_database(settings))
    _configure(app, settings)
    CSRFProtect(app)
    for part in (i18n, assets, transactions, layout, live, security, errors, health):
        part.init_app(app)
    for pages in PAGES:
        app.register_blueprint(pages.blueprint)
        if hasattr(pages, "init_app"):
            pages.init_app(app)
    for streams in STREAMS:
        for stream in streams.streams:
            registry.register(app, stream)
    _open_sockets(app)
    policy.guard(app)
    policy.require_policies(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def _open_sockets(app: Flask) -> None:
    database = hub.of(app).database
    identify = listening.identifier(database, cookie_of(hub.of(app).settings))
    origins = [hub.of(app).settings.public_url] if hub.of(app).settings.public_url else []
    server.init_app(app, database=database, identify=identify, revoked=ended_sign_ins, allowed_origins=origins)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        SESSION_COOKIE_NAME="visit" if settings.environment != "production" else "__Host-visit",
        SESSION_COOKIE_SECURE=settings.environment == "production",
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
