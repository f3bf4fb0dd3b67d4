"""Korean first, English complete: which language a page speaks, and how dates, sums and names look in it."""

from __future__ import annotations

from flask import Flask, Response, g, redirect, request
from flask_babel import Babel, get_locale, gettext, lazy_gettext, ngettext

from village_hub.kernel.errors import DomainError
from village_hub.web import formats
from village_hub.web.accounts import current_account
from village_hub.web.hub import of
from village_hub.web.policy import policy, public

LANGUAGES = ("ko", "en")
COOKIE = "language"
A_YEAR = 365 * 24 * 3600

_ = gettext
_l = lazy_gettext
__all__ = ["LANGUAGES", "_", "_l", "explain", "get_locale", "init_app", "language", "ngettext", "own_path"]


def language() -> str:
    """`ko` or `en`: as chosen on this device, as kept with the account, as the browser asks, else Korean."""
    chosen = request.cookies.get(COOKIE) if request else None
    if chosen in LANGUAGES:
        return chosen
    account = current_account()
    if account is not None and account.locale in LANGUAGES:
        return str(account.locale)
    return (request.accept_languages.best_match(LANGUAGES) if request else None) or "ko"


def explain(error: DomainError) -> str:
    """A refusal in the reader's words."""
    return str(gettext(error.message, **error.figures))


def own_path(target: str | None, fallback: str = "/") -> str:
    """The target where it is a path of ours, else the fallback: never a way to another site."""
    is_ours = target and target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if target and is_ours else fallback


def init_app(app: Flask) -> None:
    """Give templates the words and formats of the reader's language."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=_selected, default_timezone=of(app).settings.time_zone)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    formats.init_app(app)
    app.jinja_env.globals.update(get_locale=get_locale, language=language)
    app.add_url_rule("/language/<code>", "language", policy(public)(_choose))


def _selected() -> str:
    forced = g.get("forced_language")
    return forced or language()


def _choose(code: str) -> Response:
    """Keep the language on this device and go back to where the reader was."""
    answer = redirect(own_path(request.args.get("next")), 303)
    if code in LANGUAGES:
        answer.set_cookie(COOKIE, code, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer  # type: ignore[return-value]
