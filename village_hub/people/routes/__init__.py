"""The pages of people: signing in, registering, the own profile, and who holds which role."""

from __future__ import annotations

from flask import Flask, g

from village_hub.kernel.seals import use_secret
from village_hub.people.routes import profile, provider, registration, roles, sign_in  # noqa: F401  (their routes)
from village_hub.people.routes.blueprint import blueprint
from village_hub.people.routes.device import keep_signed_in, recognise_device
from village_hub.web.hub import of

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    """Know who is asking before anything else asks for it; call it before `policy.guard`."""
    use_secret(of(app).settings.secret_key)
    provider.init_app(app)

    @app.before_request
    def _load() -> None:
        g.account = recognise_device()

    app.before_request(keep_signed_in)
