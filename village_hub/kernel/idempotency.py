"""The same command sent twice has one effect and one answer: its key is committed together with the effect."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from village_hub.kernel.db import Base, insert_new
from village_hub.kernel.errors import N_, DomainError


class IdempotencyKey(Base):
    """A command that was carried out, and where its answer led."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    location: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(index=True)


class AlreadyAnswered(Exception):
    """This very command was carried out before; `location` is where its answer led, where that is known."""

    def __init__(self, location: str | None) -> None:
        super().__init__(location)
        self.location = location


class KeyUsedForAnotherForm(DomainError):
    """Not a Conflict, which forms show at a field: this says something about the whole page."""

    status = 409
    message = N_("This form was already sent with other content. Please load the page again and send it once more.")


def claim(session: Session, key: str, fingerprint: str, *, now: datetime) -> None:
    """Take the key in the command's own transaction; raises AlreadyAnswered or KeyUsedForAnotherForm."""
    if insert_new(session, IdempotencyKey, {"key": key, "fingerprint": fingerprint, "location": None, "made_at": now}):
        return
    before = session.execute(select(IdempotencyKey).where(IdempotencyKey.key == key)).scalar_one()
    if before.fingerprint != fingerprint:
        raise KeyUsedForAnotherForm
    raise AlreadyAnswered(before.location)


def answer(session: Session, key: str, location: str) -> None:
    """Keep where the answer leads, in the same transaction."""
    session.execute(update(IdempotencyKey).where(IdempotencyKey.key == key).values(location=location))


def location_of(session: Session, key: str, fingerprint: str) -> str | None:
    """Where the answer of this very command led, if it was carried out."""
    mine = (IdempotencyKey.key == key, IdempotencyKey.fingerprint == fingerprint)
    return session.scalar(select(IdempotencyKey.location).where(*mine))


def forget(session: Session, *, before: datetime) -> None:
    """Drop keys older than this: a form that old is not sent again by a double tap."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.made_at < before))
