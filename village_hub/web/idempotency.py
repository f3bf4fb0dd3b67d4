"""Which form this request carries: its hidden key, whose it is, and what it says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from village_hub.kernel import idempotency
from village_hub.web.accounts import current_account
from village_hub.web.hub import hub

FIELD = "idempotency_key"


@dataclass(frozen=True, slots=True)
class Carried:
    """A form's key, which is its sender's own, and a digest of what it says."""

    key: str
    fingerprint: str


def carried() -> Carried | None:
    """What this request carries, if it is a form with a key; reads its files, so call it outside the transaction."""
    sent = request.form.get(FIELD, "")
    if not sent:
        return None
    account = current_account()
    return Carried(_digest(str(account.id) if account else "", sent), _fingerprint())


def claim(session: Session, form: Carried, *, now: datetime) -> None:
    """Take the form's key in its transaction; raises AlreadyAnswered where the form was carried out before."""
    idempotency.claim(session, form.key, form.fingerprint, now=now)


def answer(session: Session, form: Carried) -> None:
    """Keep where the answer leads, in the same transaction."""
    location = g.get("answer_location")
    if location:
        idempotency.answer(session, form.key, location)


def answered_before() -> str | None:
    """Where this request's form led when it was carried out before, if it was."""
    if request.method != "POST":
        return None
    try:
        form = carried()
    except RequestEntityTooLarge:
        return None
    if form is None:
        return None
    with hub().database.read_session() as session:
        return idempotency.location_of(session, form.key, form.fingerprint)


def _fingerprint() -> str:
    pairs = [f"{name}={value}" for name, value in request.form.items(multi=True) if name != "csrf_token"]
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        content = hashlib.file_digest(file.stream, "sha256")  # type: ignore[arg-type]
        pairs.append(f"{name}={file.filename} {content.hexdigest()}")
        file.stream.seek(0)
    return _digest(request.path, *sorted(pairs))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
