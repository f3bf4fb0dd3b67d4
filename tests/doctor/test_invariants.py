"""Every invariant finds what breaks it, and only that: rows changed behind the use cases' back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.doctor.breaking import BREAKING
from tests.faults.soundness import unsound
from village_hub.activities.models import ActivitySession
from village_hub.credits.models import Transfer
from village_hub.doctor import INVARIANTS, examine
from village_hub.kernel.db import Database, Moment
from village_hub.kernel.invariant import Invariant


def test_every_invariant_has_something_that_breaks_it() -> None:
    assert set(BREAKING) == {each.name for each in INVARIANTS}
    assert len(BREAKING) == len(INVARIANTS)


def test_a_healthy_village_has_nothing_to_mend(lived_in: Database) -> None:
    with lived_in.read_session() as session:
        assert examine(session, now=lived_in.clock.now()) == ()
        assert list(unsound(session, INVARIANTS, now=lived_in.clock.now())) == []


@pytest.mark.parametrize("name", [each.name for each in INVARIANTS])
def test_what_breaks_a_rule_is_found_by_that_rule(name: str, breakable: Session, lived_in: Database) -> None:
    taught = sa.select(ActivitySession.ends_at).join(Transfer, Transfer.session_id == ActivitySession.id)
    late = breakable.execute(taught).scalar_one() - timedelta(minutes=30)
    connection = breakable.connection()

    changed = [connection.execute(statement(sql, late)).rowcount for sql in BREAKING[name]]
    found = examine(breakable, now=lived_in.clock.now())

    assert 0 not in changed
    assert [each.invariant.name for each in found] == [name]
    assert found[0].count >= len(found[0].named) > 0
    assert tuple(unsound(breakable, INVARIANTS, now=lived_in.clock.now())) == found


def test_asked_in_one_statement_a_rule_that_asks_for_the_year_is_told_which_year_it_is(lived_in: Database) -> None:
    now = lived_in.clock.now()
    never = Invariant(
        "test.no_year", "There is no year.", "", lambda now: sa.select(sa.literal(now.year).label("year"))
    )

    with lived_in.read_session() as session:
        found = list(unsound(session, [*INVARIANTS, never], now=now))

    assert [each.named for each in found] == [({"year": str(now.year)},)]


def statement(sql: str, late: datetime) -> sa.TextClause:
    """The statement, with the one moment that depends on when the village lived."""
    moment = sa.bindparam("shortly_before_its_end", late, Moment())
    return sa.text(sql).bindparams(moment) if f":{moment.key}" in sql else sa.text(sql)
