"""Two volunteers say yes at the same moment, in two transactions of a real database."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.invitations import invitations
from village_hub.invitations import service
from village_hub.invitations.errors import SomebodyWasFaster
from village_hub.invitations.models import Invitation
from village_hub.kernel.db import Database
from village_hub.kernel.errors import DomainError


def say_yes_at_once(database: Database, ids: list[UUID]) -> list[str]:
    """What each of them got to hear."""
    gate, heard = threading.Barrier(len(ids)), list[str]()

    def answer(invitation_id: UUID) -> None:
        gate.wait()
        try:
            with database.write_session() as session:
                by = session.get_one(Invitation, invitation_id).instructor_id
                heard.append(service.accept(session, invitation_id, by=by, now=database.clock.now()))
        except DomainError as refused:
            heard.append(type(refused).__name__)

    threads = [threading.Thread(target=answer, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(heard)


def two_asked(database: Database) -> list[UUID]:
    with database.write_session() as session:
        return [each.id for each in invitations(session, volunteers=2, at_once=2)]


def test_the_first_yes_takes_the_request(own_database: Database) -> None:
    asked = two_asked(own_database)

    heard = say_yes_at_once(own_database, asked)

    assert heard == [SomebodyWasFaster.__name__, "accepted"]
    with own_database.read_session() as session:
        states = session.scalars(sa.select(Invitation.state).order_by(Invitation.state)).all()
    assert list(states) == ["accepted", "withdrawn"]


def test_even_without_any_check_the_database_keeps_one_yes(own_database: Database) -> None:
    asked = two_asked(own_database)

    with pytest.raises(IntegrityError), own_database.write_session() as session:
        accept_unchecked(session, asked)


def test_without_the_unique_index_both_would_have_said_yes(own_database: Database) -> None:
    """The control: it is the index that refuses the second yes."""
    asked = two_asked(own_database)
    with own_database.write_session() as session:
        session.execute(sa.text("DROP INDEX uq_invitation_accepted_group"))

    with own_database.write_session() as session:
        accept_unchecked(session, asked)

    with own_database.read_session() as session:
        assert session.scalars(sa.select(Invitation.state)).all() == ["accepted", "accepted"]


def accept_unchecked(session: Session, ids: list[UUID]) -> None:
    for each in ids:
        session.execute(sa.update(Invitation).where(Invitation.id == each).values(state="accepted"))
