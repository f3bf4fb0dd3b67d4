"""Which form this request carries: its hidden key, whose it is, and what it says."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session

from village_hub.kernel import idempotency
from village_hub.web.accounts import current_account

FIELD = "idempotency_key"


def claim(session: Session, *, now: datetime) -> str | None:
    """Take this request's key in its transaction; raises AlreadyAnswered where the form was carried out before."""
    sent = request.form.get(FIELD, "")
    if not sent:
        return None
    account = current_account()
    key = _digest(str(account.id) if account else "", sent)
    idempotency.claim(session, key, _fingerprint(), now=now)
    return key


def answer(session: Session, key: str) -> None:
    """Keep where the answer leads, in the same transaction."""
    location = g.get("answer_location")
    if location:
        idempotency.answer(session, key, location)


def _fingerprint() -> str:
    pairs = sorted(f"{name}={value}" for name, value in request.form.items(multi=True) if name != "csrf_token")
    return _digest(request.path, *pairs)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
