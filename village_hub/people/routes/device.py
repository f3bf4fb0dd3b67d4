"""The cookie by which a device is known, and what a page does when a person arrives or leaves."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from flask import Response, after_this_request, request
from flask import session as flask_session
from sqlalchemy.orm import Session

from village_hub.kernel.settings import Settings
from village_hub.people import queries, service
from village_hub.people.queries import Account
from village_hub.web.accounts import current_account
from village_hub.web.hub import hub
from village_hub.web.transactions import end_reading, now, read_session

SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")
BROWSERS = ("KAKAOTALK", "Whale", "SamsungBrowser", "Edg", "OPR", "Firefox", "Chrome", "Safari")


def cookie_of(settings: Settings) -> str:
    """`__Host-` makes browsers refuse the cookie without Secure, with a Domain, or from a neighbouring host."""
    return "__Host-village" if settings.environment == "production" else "village"


def cookie_name() -> str:
    """The cookie's name in this installation."""
    return cookie_of(hub().settings)


def recognise_device() -> Account | None:
    """The account of the device that asks; static files and strangers cost no query."""
    token = request.cookies.get(cookie_name())
    if not token or request.endpoint == "static":
        return None
    return queries.identify(read_session(), token, now())


def keep_signed_in() -> None:
    """Whoever comes at least every thirty days stays signed in; noted once an hour."""
    account = current_account()
    if account is None or account.seen_at is None or now() - account.seen_at < service.NOTED_EVERY:
        return
    end_reading()
    with unkeyed_session() as session:
        service.note_use(session, account.sign_in_id, now=now())
    token = request.cookies[cookie_name()]
    after_this_request(lambda response: hand_over(response, token))


def unkeyed_session() -> AbstractContextManager[Session]:
    """A transaction without the form's key: a second press must get its own cookie, not the first one's answer."""
    end_reading()
    return hub().database.write_session()


def arrive(session: Session, person_id: UUID) -> str:
    """Sign the person in on this device with a new secret; whatever the device carried before ends."""
    leave(session)
    return service.open_sign_in(session, person_id, now=now(), device=device_name(request.user_agent.string))


def leave(session: Session) -> None:
    """Sign this device out, its other open pages too."""
    account = current_account()
    if account is not None and account.sign_in_id is not None:
        service.revoke(session, account.sign_in_id, now=now(), by=account.id)


def hand_over(response: Response, token: str) -> Response:
    """Let the device keep the secret of its sign-in."""
    response.set_cookie(
        cookie_name(), token, max_age=service.LASTING, secure=_is_production(), httponly=True, samesite="Lax"
    )
    return response


def start_afresh(response: Response, token: str | None = None) -> Response:
    """Forget what the visit had gathered, the CSRF secret too, and keep the new sign-in or none."""
    flask_session.clear()
    if token is not None:
        return hand_over(response, token)
    response.delete_cookie(cookie_name(), secure=_is_production(), httponly=True, samesite="Lax")
    return response


def device_name(user_agent: str) -> str:
    """A device in words that its owner recognises, such as `Chrome, Android`."""
    found = [next((word for word in words if word in user_agent), "") for words in (BROWSERS, SYSTEMS)]
    plain = {"KAKAOTALK": "KakaoTalk", "SamsungBrowser": "Samsung Internet", "Edg": "Edge", "OPR": "Opera"}
    return ", ".join(plain.get(word, word) for word in found if word)


def _is_production() -> bool:
    return hub().settings.environment == "production"
