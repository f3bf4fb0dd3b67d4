"""The inbox, the people to be phoned, and how a message's words are put together for its reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from flask import Blueprint, Flask, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.notifications import policies, queries, service
from village_hub.people.policies import is_manager, is_staff, signed_in
from village_hub.people.queries import Account
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.web.accounts import required_account
from village_hub.web.formats import duration, short_moment, span
from village_hub.web.hub import hub
from village_hub.web.i18n import _, get_locale, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("notifications", __name__, template_folder="templates")

PAGE = 20


class Worded(Protocol):
    """A message whose words are not yet put together."""

    @property
    def text(self) -> str: ...

    @property
    def figures(self) -> dict[str, Any]: ...


def init_app(app: Flask) -> None:
    """Let pages and letters say a message in their reader's language, and letters lead back here."""
    app.jinja_env.filters["notice_words"] = notice_words
    app.jinja_env.globals["public_url"] = public_url


def notice_words(notice: Worded) -> str:
    """The message in the language that is being spoken."""
    return str(_(notice.text, **{name: _said(value) for name, value in notice.figures.items()}))


def public_url(path: str) -> str:
    """A path of ours as others reach it."""
    settings = hub().settings
    return (settings.public_url or f"http://{settings.host}:{settings.port}") + path


def manages_or_staff(account: Account | None) -> bool:
    """A learning manager of any village, or city staff; which village is asked of each message."""
    return is_manager(account) or is_staff(account)


@blueprint.get("/inbox")
@policy(signed_in)
def inbox() -> ResponseReturnValue:
    session, account = read_session(), required_account()
    listen(session, f"person:{account.id}")
    total, unread = queries.counts(session, account.id)
    pages = max(1, -(-total // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "notifications/inbox.html",
        notices=queries.inbox(session, account.id, limit=PAGE, skip=(page - 1) * PAGE),
        unread=unread,
        page=page,
        pages=pages,
        refresh_streams=[f"person:{account.id}"],
    )


@blueprint.post("/inbox/<uuid:notice_id>/reading")
@policy(signed_in)
def read_one(notice_id: UUID) -> ResponseReturnValue:
    with write_session() as session:
        return see_other(service.read_one(session, notice_id, by=required_account().id, now=now()))


@blueprint.post("/inbox/reading")
@policy(signed_in)
def read_all() -> ResponseReturnValue:
    with write_session() as session:
        service.read_all(session, by=required_account().id, now=now())
        return see_other(url_for(".inbox"))


@blueprint.get("/villages/<uuid:village_id>/calls")
@policy(manages_or_staff)
def calls(village_id: UUID) -> ResponseReturnValue:
    session = read_session()
    village = villages.village(session, village_id)
    if village is None:
        raise NoSuchVillage
    policies.require_calling(required_account(), village_id)
    listen(session, f"board:{village_id}")
    return render_template(
        "notifications/calls.html",
        village=village,
        to_phone=queries.to_phone(session, village_id, now()),
        contact={"name": village.called(language()), "phone": village.phone},
        refresh_streams=[f"board:{village_id}"],
    )


@blueprint.post("/notices/<uuid:notice_id>/told")
@policy(manages_or_staff)
def tell(notice_id: UUID) -> ResponseReturnValue:
    account = required_account()
    with write_session() as session:
        village_id = service.caller_of(session, notice_id)
        policies.require_calling(account, village_id)
        service.tell(session, notice_id, by=account.id, now=now())
        flash(_("Noted: told on the phone."), "good")
        return see_other(url_for(".calls", village_id=village_id))


def _said(value: Any) -> Any:
    match value:
        case {"moment": moment}:
            return short_moment(datetime.fromisoformat(moment))
        case {"span": [start, end]}:
            return span(datetime.fromisoformat(start), datetime.fromisoformat(end))
        case {"minutes": minutes}:
            return duration(minutes)
        case dict():
            return value.get(str(get_locale())[:2]) or value.get("ko", "")
    return value
