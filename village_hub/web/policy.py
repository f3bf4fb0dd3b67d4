"""Deny by default: every route names who may use it, or the application refuses to start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized

from village_hub.web.accounts import current_account

Check = Callable[[Any], bool]
View = TypeVar("View", bound=Callable[..., Any])


class MissingPolicy(Exception):
    """A route was registered without saying who may use it."""


def public(account: Any) -> bool:
    """Everybody, signed in or not."""
    return True


def policy(check: Check) -> Callable[[View], View]:
    """Say who may use a route; put it directly under the route's own decorator."""

    def name_it(view: View) -> View:
        view.policy = check  # type: ignore[attr-defined]
        return view

    return name_it


def policy_of(app: Flask, endpoint: str) -> Check | None:
    """The check that a route named, or None."""
    return getattr(app.view_functions[endpoint], "policy", None)


def require_policies(app: Flask) -> None:
    """Refuse to start where a route has no policy; call it when every route is there."""
    policy(public)(app.view_functions["static"])
    unnamed = [rule.rule for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None]
    if unnamed:
        raise MissingPolicy(f"these routes name no policy: {', '.join(sorted(unnamed))}")


def guard(app: Flask) -> None:
    """Ask the route's policy before anything else of the route runs."""

    @app.before_request
    def _ask() -> None:
        if request.endpoint is None:
            return
        check = policy_of(app, request.endpoint)
        account = current_account()
        if check is None or not check(account):
            raise Forbidden if account else Unauthorized

    @app.before_request
    def _read() -> None:
        """No text of ours holds a NUL character, and PostgreSQL refuses to store one."""
        sent = (request.path, *request.args.values(), *request.form.values())
        if any("\0" in each for each in sent):
            raise BadRequest
