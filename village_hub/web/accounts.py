"""Who is asking: set once per request by the people capability, read by everybody else."""

from __future__ import annotations

from typing import Any

from flask import g
from werkzeug.exceptions import Unauthorized


def current_account() -> Any:
    """The signed-in person's account (`people.queries.Account`), or None."""
    return g.get("account")


def required_account() -> Any:
    """The signed-in person's account; whoever is not signed in is led to the sign-in page."""
    account = current_account()
    if account is None:
        raise Unauthorized
    return account
